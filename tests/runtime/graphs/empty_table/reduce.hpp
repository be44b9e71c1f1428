#pragma once

#include <vector>

#include "runtime/graphs/empty_table/row.hpp"

namespace deft {

inline std::vector<EmptyRow> empty_reduce_rows() {
  return {
      {"linear_recurrence",
       [](const Output& x) { return gradients(reduce_sum(cumprod(x, 0)), {x}).at(0); },
       "f32[0, 3]"},
      {"moments", [](const Output& x) { return moments(x).variance; }, "f32[] nan"},
      {"moments", [](const Output& x) { return moments(x, {.axes = {0}}).mean; },
       "f32[3] [nan nan nan]"},
      {"moments", [](const Output& x) { return moments(x, {.axes = {1}}).variance; }, "f32[0]"},
      {"reduce_max", [](const Output& x) { return reduce_max(x, {.axes = {1}}); }, "f32[0]"},
      {"reduce_mean", [](const Output& x) { return reduce_mean(x); }, "f32[] nan"},
      {"reduce_mean", [](const Output& x) { return reduce_mean(x, {.axes = {0}}); },
       "f32[3] [nan nan nan]"},
      {"reduce_mean", [](const Output& x) { return reduce_mean(x, {.axes = {1}}); }, "f32[0]"},
      {"reduce_min", [](const Output& x) { return reduce_min(x, {.axes = {1}}); }, "f32[0]"},
      {"prod_of_others",
       [](const Output& x) {
         return gradients(reduce_sum(reduce_prod(x, {.axes = {0}})), {x}).at(0);
       },
       "f32[0, 3]"},
      {"reduce_prod", [](const Output& x) { return reduce_prod(x); }, "f32[] 1.0"},
      {"reduce_prod",
       [](const Output& x) {
         return reduce_prod(integers(x, {0, 2}), {.axes = {0}, .keep_dims = true});
       },
       "i32[1, 2] [[1 1]]"},
      {"reduce_sum", [](const Output& x) { return reduce_sum(x); }, "f32[] 0.0"},
      {"reduce_sum",
       [](const Output& x) { return reduce_sum(x, {.axes = {0}, .keep_dims = true}); },
       "f32[1, 3] [[0. 0. 0.]]"},
      {"reduce_sum",
       [](const Output& x) {
         return reduce_sum(integers(x, {0, 2}), {.axes = {0}});
       },
       "i32[2] [0 0]"},
      {"reduce_sum",
       [](const Output& x) {
         return reduce_sum(filled(x, {huge, 0}));
       },
       "f32[] 0.0"},
      {"reduce_sum",
       [](const Output& x) {
         return reduce_sum(filled(x, {huge, 0}), {.axes = {0}});
       },
       "f32[0]"},
  };
}

}  // namespace deft
