#pragma once

#include <vector>

#include "runtime/graphs/empty_table/row.hpp"

namespace deft {

inline std::vector<EmptyRow> empty_linalg_rows() {
  return {
      {"cholesky", [](const Output& x) { return cholesky(gram(x)); }, "f32[0, 0]"},
      {"cholesky",
       [](const Output& x) {
         return cholesky(reshape(x, {3, 0, 0}));
       },
       "f32[3, 0, 0]"},
      {"det", [](const Output& x) { return det(gram(x)); }, "f32[] 1.0"},
      {"det",
       [](const Output& x) {
         return det(reshape(x, {0, 3, 3}));
       },
       "f32[0]"},
      {"eigh", [](const Output& x) { return eigh(gram(x)).values; }, "f32[0]"},
      {"eigh",
       [](const Output& x) {
         return eigh(reshape(x, {0, 2, 2})).vectors;
       },
       "f32[0, 2, 2]"},
      {"inverse", [](const Output& x) { return inverse(gram(x)); }, "f32[0, 0]"},
      {"lstsq",
       [](const Output& x) {
         return lstsq(x, reshape(x, {0, 3}));
       },
       "f32[3, 3] [[0. 0. 0.]\n [0. 0. 0.]\n [0. 0. 0.]]"},
      {"lstsq",
       [](const Output& x) {
         return lstsq(transpose(x), filled(x, {3, 2}));
       },
       "f32[0, 2]"},
      {"lstsq",
       [](const Output& x) {
         return lstsq(filled(x, {3, 3}), transpose(x));
       },
       "f32[3, 0]"},
      {"matmul",
       [](const Output& x) {
         return matmul(x, filled(x, {3, 5}));
       },
       "f32[0, 5]"},
      {"matmul", [](const Output& x) { return matmul(x, x, {.transpose_a = true}); },
       "f32[3, 3] [[0. 0. 0.]\n [0. 0. 0.]\n [0. 0. 0.]]"},
      {"matmul",
       [](const Output& x) {
         return matmul(doubles(x, {2, 0}), doubles(x, {0, 1}));
       },
       "f64[2, 1] [[0.]\n [0.]]"},
      {"matmul",
       [](const Output& x) {
         return matmul(integers(x, {1, 0}), integers(x, {0, 2}));
       },
       "i32[1, 2] [[0 0]]"},
      {"matmul",
       [](const Output& x) {
         return matmul(filled(x, {0, 2, 4}), filled(x, {4, 2}));
       },
       "f32[0, 2, 2]"},
      {"matrix_rank", [](const Output& x) { return matrix_rank(x); }, "i64[] 0"},
      {"matrix_rank",
       [](const Output& x) {
         return matrix_rank(reshape(x, {0, 2, 2}));
       },
       "i64[0]"},
      {"pinv", [](const Output& x) { return pinv(x); }, "f32[3, 0]"},
      {"pinv", [](const Output& x) { return pinv(transpose(x)); }, "f32[0, 3]"},
      {"qr", [](const Output& x) { return qr(x).r; }, "f32[0, 3]"},
      {"qr", [](const Output& x) { return qr(transpose(x)).q; }, "f32[3, 0]"},
      {"slogdet", [](const Output& x) { return slogdet(gram(x)).log_abs_det; }, "f32[] 0.0"},
      {"slogdet", [](const Output& x) { return slogdet(gram(x)).sign; }, "f32[] 1.0"},
      {"solve", [](const Output& x) { return solve(gram(x), x); }, "f32[0, 3]"},
      {"solve",
       [](const Output& x) {
         return solve(filled(x, {1, 1}), reshape(x, {1, 0}));
       },
       "f32[1, 0]"},
      {"svd", [](const Output& x) { return svd(x).s; }, "f32[0]"},
      {"svd", [](const Output& x) { return svd(x).v; }, "f32[3, 0]"},
      {"svd",
       [](const Output& x) {
         return svd(reshape(x, {0, 2, 3})).u;
       },
       "f32[0, 2, 2]"},
      {"triangular_solve", [](const Output& x) { return triangular_solve(gram(x), x); },
       "f32[0, 3]"},
      {"triangular_solve",
       [](const Output& x) {
         return triangular_solve(filled(x, {1, 1}), reshape(x, {0, 1, 2}));
       },
       "f32[0, 1, 2]"},
  };
}

}  // namespace deft
