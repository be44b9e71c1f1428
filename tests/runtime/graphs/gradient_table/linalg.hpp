#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

/// The shape of op(a) [rows, columns] under leading dimensions as a is stored.
inline Shape stored(std::vector<std::int64_t> batch, std::int64_t rows, std::int64_t columns,
                    bool transposed) {
  batch.push_back(transposed ? columns : rows);
  batch.push_back(transposed ? rows : columns);
  return Shape(batch);
}

/// Every combination of flags for general, square, thin and empty products, alone and in batches
/// that broadcast.
inline GradientRow matmul_row() {
  using Batch = std::vector<std::int64_t>;
  struct Dims {
    std::int64_t m, k, n;
  };
  const std::vector<std::pair<Batch, Batch>> batches = {{{}, {}},   {{2}, {}},  {{}, {2}},
                                                        {{2}, {2}}, {{2}, {1}}, {{2, 1}, {3}}};
  const std::vector<Dims> alone = {{2, 3, 4}, {3, 3, 3}, {1, 3, 1},
                                   {4, 1, 3}, {2, 0, 3}, {0, 2, 3}};
  const std::vector<Dims> batched = {{2, 3, 2}, {2, 2, 2}};
  GradientRow row{"matmul", {}};
  for (const auto& [of_a, of_b] : batches)
    for (const auto [m, k, n] : of_a.empty() && of_b.empty() ? alone : batched)
      for (const int flags : {0, 1, 2, 3}) {
        const bool ta = (flags & 1) != 0;
        const bool tb = (flags & 2) != 0;
        const Shape a = stored(of_a, m, k, ta);
        const Shape b = stored(of_b, k, n, tb);
        row.cases.push_back({a.to_string() + (ta ? "^T " : " ") + b.to_string() + (tb ? "^T" : ""),
                             {spread(a, -1, 1, 1), spread(b, -1, 1, 2)},
                             [ta, tb](const std::vector<Output>& xs) {
                               return matmul(xs[0], xs[1], {.transpose_a = ta, .transpose_b = tb});
                             }});
      }
  row.cases.push_back({"a^T a", {spread({3, 2}, -1, 1)}, [](const std::vector<Output>& xs) {
                         return matmul(xs[0], xs[0], {.transpose_a = true});
                       }});
  return row;
}

/// Matrices of full rank whose singular values are all near 1 and more: steps of 1e-3 are small
/// beside them.
inline Tensor well_conditioned(std::int64_t m, std::int64_t n, int seed = 0) {
  Tensor matrix = spread({m, n}, -0.5, 0.5, seed);
  const auto elements = matrix.mutable_data<double>();
  for (std::int64_t i = 0; i < std::min(m, n); ++i)
    elements[static_cast<std::size_t>(i * n + i)] += 2;
  return matrix;
}

inline const std::vector<std::pair<std::int64_t, std::int64_t>>& matrix_shapes() {
  static const std::vector<std::pair<std::int64_t, std::int64_t>> shapes = {
      {4, 2}, {3, 3}, {2, 4}, {3, 1}, {1, 3}, {1, 1}, {3, 0}, {0, 2}};
  return shapes;
}

/// A product of thin factors keeps its rank when the factors vary.
inline GradientRow pinv_row() {
  GradientRow row{"pinv", {}};
  for (const auto& [m, n] : matrix_shapes())
    row.cases.push_back({std::to_string(m) + " x " + std::to_string(n),
                         {well_conditioned(m, n)},
                         [](const std::vector<Output>& xs) { return pinv(xs[0]); }});
  for (const auto& [m, n] : {std::pair{4, 3}, std::pair{3, 3}, std::pair{3, 4}})
    row.cases.push_back({std::to_string(m) + " x " + std::to_string(n) + " of rank 2",
                         {well_conditioned(m, 2, 1), well_conditioned(2, n, 2)},
                         [](const std::vector<Output>& xs) { return pinv(matmul(xs[0], xs[1])); }});
  return row;
}

inline GradientRow lstsq_row() {
  GradientRow row{"lstsq", {}};
  for (const auto& [m, n] : matrix_shapes())
    for (const std::int64_t k : {1, 2})
      row.cases.push_back({std::to_string(m) + " x " + std::to_string(n),
                           {well_conditioned(m, n), spread({m, k}, -1, 1, 3)},
                           [](const std::vector<Output>& xs) { return lstsq(xs[0], xs[1]); }});
  for (const auto& [m, n] : {std::pair{4, 3}, std::pair{3, 3}, std::pair{3, 4}})
    row.cases.push_back(
        {std::to_string(m) + " x " + std::to_string(n) + " of rank 2",
         {well_conditioned(m, 2, 1), well_conditioned(2, n, 2), spread({m, 2}, -1, 1, 3)},
         [](const std::vector<Output>& xs) { return lstsq(matmul(xs[0], xs[1]), xs[2]); }});
  return row;
}

inline std::vector<GradientRow> linalg_rows() { return {matmul_row(), pinv_row(), lstsq_row()}; }

}  // namespace deft
