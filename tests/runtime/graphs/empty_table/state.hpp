#pragma once

#include <vector>

#include "runtime/graphs/empty_table/row.hpp"

namespace deft {

inline std::vector<EmptyRow> empty_state_rows() {
  return {
      {"assign", [](const Output& x) { return assign(variable(x), x); }, "f32[0, 3]", true},
      {"assign_add", [](const Output& x) { return assign_add(variable(x), x); }, "f32[0, 3]", true},
      {"assign_sub", [](const Output& x) { return assign_sub(variable(x), x); }, "f32[0, 3]", true},
      {"check_finite",
       [](const Output& x) {
         return check_finite({x, doubles(x, {0})});
       },
       "f32[0]"},
      {"constant", [](const Output& x) { return constant(x.graph(), Tensor()); }, "f32[0]"},
      {"fill",
       [](const Output& x) {
         return filled(x, {0, huge});
       },
       "f32[0, 1099511627776]"},
      {"initialize", [](const Output& x) { return variable(x); }, "f32[0, 3]", true},
      {"no_op", [](const Output& x) { return group({x}); }, "f32[0]"},
      {"ones",
       [](const Output& x) {
         return ones(x.graph(), DType::i64, {3, 0});
       },
       "i64[3, 0]"},
      {"placeholder", [](const Output& x) { return x; }, "f32[0, 3]"},
      {"random_integers",
       [](const Output& x) {
         return random_integers(first_step(x), DType::i32, {0, 2}, 0, 5);
       },
       "i32[0, 2]"},
      {"random_normal", [](const Output& x) { return random_normal_like(first_step(x), x); },
       "f32[0, 3]"},
      {"random_order",
       [](const Output& x) { return random_order(first_step(x), cast(x, DType::i64), 0); },
       "i64[0, 3]"},
      {"random_truncated_normal",
       [](const Output& x) { return random_truncated_normal(first_step(x), DType::f32, {0}); },
       "f32[0]"},
      {"random_uniform", [](const Output& x) { return random_uniform_like(first_step(x), x); },
       "f32[0, 3]"},
      {"variable", [](const Output& x) { return variable(x) + x; }, "f32[0, 3]", true},
      {"zeros", [](const Output& x) { return zeros(x.graph(), DType::boolean, {0}); }, "bool[0]"},
  };
}

}  // namespace deft
