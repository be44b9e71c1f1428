#pragma once

#include <vector>

#include "runtime/graphs/empty_table/row.hpp"

namespace deft {

inline std::vector<EmptyRow> empty_nn_rows() {
  return {
      {"average_pool",
       [](const Output& x) {
         return pooled_average(reshape(x, {0, 4, 2}));
       },
       "f32[0, 3, 2]"},
      {"average_pool",
       [](const Output& x) {
         return pooled_average(reshape(x, {2, 4, 0}));
       },
       "f32[2, 3, 0]"},
      {"average_pool_scatter",
       [](const Output& x) {
         const Output empty = reshape(x, {0, 4, 2});
         return gradients(reduce_sum(pooled_average(empty)), {empty}).at(0);
       },
       "f32[0, 4, 2]"},
      {"conv",
       [](const Output& x) {
         return conv(reshape(x, {0, 4, 4, 2}), filled(x, {3, 3, 2, 5}));
       },
       "f32[0, 2, 2, 5]"},
      {"conv",
       [](const Output& x) {
         return conv(reshape(x, {1, 2, 0}), filled(x, {1, 0, 1}));
       },
       "f32[1, 2, 1] [[[0.]\n  [0.]]]"},
      {"conv",
       [](const Output& x) {
         return conv(reshape(x, {1, 0, 1}), filled(x, {2, 1, 1}), {.padding = {{1, 2}}});
       },
       "f32[1, 2, 1] [[[0.]\n  [0.]]]"},
      {"conv_filter_gradient",
       [](const Output& x) {
         return conv_filter_gradient(reshape(x, {0, 4, 1}), filled(x, {0, 3, 1}),
                                     filled(x, {2, 1, 1}));
       },
       "f32[2, 1, 1] [[[0.]]\n\n [[0.]]]"},
      {"conv_transpose",
       [](const Output& x) {
         return conv_transpose(reshape(x, {0, 2, 2, 5}), filled(x, {3, 3, 2, 5}));
       },
       "f32[0, 4, 4, 2]"},
      {"conv_transpose",
       [](const Output& x) {
         return conv_transpose(reshape(x, {1, 1, 0}), filled(x, {2, 1, 0}));
       },
       "f32[1, 2, 1] [[[0.]\n  [0.]]]"},
      {"max_pool",
       [](const Output& x) {
         return pooled_maximum(reshape(x, {0, 4, 2}));
       },
       "f32[0, 3, 2]"},
      {"max_pool",
       [](const Output& x) {
         return pooled_maximum(reshape(x, {2, 4, 0}));
       },
       "f32[2, 3, 0]"},
      {"max_pool",
       [](const Output& x) {
         return max_pool(reshape(x, {1, 0, 1}), {.window = {2}, .padding = {{1, 1}}});
       },
       "f32[1, 1, 1] [[[-inf]]]"},
      {"max_pool_gather",
       [](const Output& x) {
         const Output empty = reshape(x, {0, 4, 2});
         const Output y = pooled_maximum(empty);
         const Output g = zeros_like(y);
         return gradients(reduce_sum(gradients({y}, {empty}, {.grad_ys = {g}}).at(0)), {g}).at(0) +
                reshape(x, {0, 3, 2});
       },
       "f32[0, 3, 2]"},
      {"max_pool_gather",
       [](const Output& x) {
         return max_pool_with_argmax(reshape(x, {0, 4, 2}), {.window = {2}}).indices;
       },
       "i64[0, 3, 2]"},
      {"max_pool_scatter",
       [](const Output& x) {
         const Output empty = reshape(x, {0, 4, 2});
         return gradients(reduce_sum(pooled_maximum(empty)), {empty}).at(0);
       },
       "f32[0, 4, 2]"},
  };
}

}  // namespace deft
