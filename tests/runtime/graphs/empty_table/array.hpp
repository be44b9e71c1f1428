#pragma once

#include <vector>

#include "runtime/graphs/empty_table/row.hpp"

namespace deft {

inline std::vector<EmptyRow> empty_array_rows() {
  return {
      {"broadcast_like",
       [](const Output& x) {
         return broadcast_like(filled(x, {1, 3}), x);
       },
       "f32[0, 3]"},
      {"broadcast_to",
       [](const Output& x) {
         return broadcast_to(x, {2, 0, 3});
       },
       "f32[2, 0, 3]"},
      {"broadcast_to", [](const Output& x) { return broadcast_to(filled(x, {1}), {0}); }, "f32[0]"},
      {"cast", [](const Output& x) { return cast(x, DType::i64); }, "i64[0, 3]"},
      {"concat",
       [](const Output& x) {
         return concat({x, filled(x, {0, 2})}, 1);
       },
       "f32[0, 5]"},
      {"concat",
       [](const Output& x) {
         return concat({x, filled(x, {1, 3})}, 0);
       },
       "f32[1, 3] [[2. 2. 2.]]"},
      {"diag", [](const Output& x) { return diag(x); }, "f32[0, 3, 3]"},
      {"diag_like", [](const Output& x) { return diag_like(filled(x, {0}), x); }, "f32[0, 3]"},
      {"diag_part", [](const Output& x) { return diag_part(x); }, "f32[0]"},
      {"expand_dims", [](const Output& x) { return expand_dims(x, -1); }, "f32[0, 3, 1]"},
      {"identity", [](const Output& x) { return identity(x); }, "f32[0, 3]"},
      {"ones_like", [](const Output& x) { return ones_like(x); }, "f32[0, 3]"},
      {"pad",
       [](const Output& x) {
         return pad(x, {{1, 0}, {0, 1}});
       },
       "f32[1, 4] [[0. 0. 0. 0.]]"},
      {"pad",
       [](const Output& x) {
         return pad(x, {{0, 0}, {1, 1}}, {.mode = PadMode::reflect});
       },
       "f32[0, 5]"},
      {"range", [](const Output& x) { return range(x.graph(), DType::i64, 3, 3); }, "i64[0]"},
      {"range_like", [](const Output& x) { return range_like(x, 0); }, "i64[0]"},
      {"reshape",
       [](const Output& x) {
         return reshape(x, {Shape::unknown, 4});
       },
       "f32[0, 4]"},
      {"reshape_like",
       [](const Output& x) {
         return reshape_like(x, filled(x, {5, 0}));
       },
       "f32[5, 0]"},
      {"roll", [](const Output& x) { return roll(x, 1, 0); }, "f32[0, 3]"},
      {"shape", [](const Output& x) { return shape(x); }, "i64[2] [0 3]"},
      {"size", [](const Output& x) { return size(x); }, "i64[] 0"},
      {"slice",
       [](const Output& x) {
         return slice(x, {{0, 2}, {.step = -2}});
       },
       "f32[0, 2]"},
      {"split", [](const Output& x) { return split(x, 3)[2]; }, "f32[0, 3]"},
      {"split",
       [](const Output& x) {
         return split(x, {0, 3}, 1)[1];
       },
       "f32[0, 3]"},
      {"split_like",
       [](const Output& x) {
         return split_like(x, {x, x}, 0)[1];
       },
       "f32[0, 3]"},
      {"squeeze",
       [](const Output& x) {
         return squeeze(reshape(x, {1, 0, 1}));
       },
       "f32[0]"},
      {"stop_gradient", [](const Output& x) { return stop_gradient(x); }, "f32[0, 3]"},
      {"sum_like", [](const Output& x) { return sum_like(x, filled(x, {3})); },
       "f32[3] [0. 0. 0.]"},
      {"sum_like",
       [](const Output& x) {
         return sum_like(filled(x, {4, 0, 3}), x);
       },
       "f32[0, 3]"},
      {"tile",
       [](const Output& x) {
         return tile(x, {2, 2});
       },
       "f32[0, 6]"},
      {"transpose", [](const Output& x) { return transpose(x); }, "f32[3, 0]"},
      {"tril", [](const Output& x) { return tril(x); }, "f32[0, 3]"},
      {"triu", [](const Output& x) { return triu(x); }, "f32[0, 3]"},
      {"unslice",
       [](const Output& x) {
         return unslice(x, filled(x, {1, 3}), {{0, 0}});
       },
       "f32[1, 3] [[0. 0. 0.]]"},
      {"where", [](const Output& x) { return where(greater(x, 0), x, filled(x, {3})); },
       "f32[0, 3]"},
      {"zeros_like", [](const Output& x) { return zeros_like(x); }, "f32[0, 3]"},
  };
}

}  // namespace deft
