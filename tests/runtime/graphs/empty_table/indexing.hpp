#pragma once

#include <vector>

#include "runtime/graphs/empty_table/row.hpp"

namespace deft {

inline std::vector<EmptyRow> empty_indexing_rows() {
  return {
      {"add_along_axis",
       [](const Output& x) {
         return add_along_axis(x, integers(x, {0, 1}), filled(x, {0, 1}), 1);
       },
       "f32[0, 3]"},
      {"argmax", [](const Output& x) { return argmax(x, 1); }, "i64[0]"},
      {"argmin", [](const Output& x) { return argmin(x, -1, {.keep_dims = true}); }, "i64[0, 1]"},
      {"argsort", [](const Output& x) { return argsort(x, {.axis = 0}); }, "i64[0, 3]"},
      {"cumprod", [](const Output& x) { return cumprod(x, 1); }, "f32[0, 3]"},
      {"cumsum", [](const Output& x) { return cumsum(x, 0); }, "f32[0, 3]"},
      {"gather", [](const Output& x) { return gather(x, integers(x, {0})); }, "f32[0, 3]"},
      {"gather", [](const Output& x) { return gather(x, integers(x, {5}), {.axis = 1}); },
       "f32[0, 5]"},
      {"gather_elements",
       [](const Output& x) {
         return gather_elements(x, integers(x, {0, 2}), 1);
       },
       "f32[0, 2]"},
      {"gather_nd",
       [](const Output& x) {
         return gather_nd(x, integers(x, {0, 2}));
       },
       "f32[0]"},
      {"one_hot", [](const Output& x) { return one_hot(integers(x, {0}), 4); }, "f32[0, 4]"},
      {"scatter_add",
       [](const Output& x) {
         return scatter_add(x, integers(x, {0}), filled(x, {0, 3}));
       },
       "f32[0, 3]"},
      {"scatter_add",
       [](const Output& x) {
         return scatter_add(filled(x, {2, 3}), integers(x, {0}), x);
       },
       "f32[2, 3] [[2. 2. 2.]\n [2. 2. 2.]]"},
      {"scatter_elements",
       [](const Output& x) {
         return update_along_axis(filled(x, {1, 3}), integers(x, {0, 3}), x, 0);
       },
       "f32[1, 3] [[2. 2. 2.]]"},
      {"scatter_elements_multiply",
       [](const Output& x) {
         return scatter_elements(x, integers(x, {0, 1}), filled(x, {0, 1}), 1,
                                 ScatterReduction::multiply);
       },
       "f32[0, 3]"},
      {"scatter_nd_add",
       [](const Output& x) {
         return scatter_nd_add(filled(x, {3}), integers(x, {0, 3, 1}), x);
       },
       "f32[3] [2. 2. 2.]"},
      {"scatter_nd_multiply",
       [](const Output& x) {
         return scatter_nd_reduce(filled(x, {3}), integers(x, {0, 3, 1}), x,
                                  ScatterReduction::multiply);
       },
       "f32[3] [2. 2. 2.]"},
      {"scatter_nd_reduce",
       [](const Output& x) {
         return scatter_nd_update(filled(x, {3}), integers(x, {0, 3, 1}), x);
       },
       "f32[3] [2. 2. 2.]"},
      {"take_along_axis",
       [](const Output& x) {
         return take_along_axis(x, integers(x, {0, 5}), 1);
       },
       "f32[0, 5]"},
      {"top_k", [](const Output& x) { return top_k(x, 2).values; }, "f32[0, 2]"},
  };
}

}  // namespace deft
