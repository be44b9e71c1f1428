#pragma once

#include <vector>

#include "runtime/graphs/empty_table/row.hpp"

namespace deft {

inline std::vector<EmptyRow> empty_elementwise_rows() {
  return {
      {"abs", [](const Output& x) { return abs(x); }, "f32[0, 3]"},
      {"acos", [](const Output& x) { return acos(x); }, "f32[0, 3]"},
      {"acosh", [](const Output& x) { return acosh(x); }, "f32[0, 3]"},
      {"add", [](const Output& x) { return x + filled(x, {3}); }, "f32[0, 3]"},
      {"add",
       [](const Output& x) {
         return reshape(x, {0, 3, 1}) + filled(x, {5});
       },
       "f32[0, 3, 5]"},
      {"add_n",
       [](const Output& x) {
         return add_n({x, x, x});
       },
       "f32[0, 3]"},
      {"asin", [](const Output& x) { return asin(x); }, "f32[0, 3]"},
      {"asinh", [](const Output& x) { return asinh(x); }, "f32[0, 3]"},
      {"atan", [](const Output& x) { return atan(x); }, "f32[0, 3]"},
      {"atan2", [](const Output& x) { return atan2(filled(x, {3}), x); }, "f32[0, 3]"},
      {"atanh", [](const Output& x) { return atanh(x); }, "f32[0, 3]"},
      {"bitwise_and",
       [](const Output& x) {
         return bitwise_and(integers(x, {0, 3}), 1);
       },
       "i32[0, 3]"},
      {"bitwise_not", [](const Output& x) { return bitwise_not(integers(x, {0})); }, "i32[0]"},
      {"bitwise_or", [](const Output& x) { return bitwise_or(integers(x, {0}), 1); }, "i32[0]"},
      {"bitwise_xor",
       [](const Output& x) {
         return bitwise_xor(3, integers(x, {0, 2}));
       },
       "i32[0, 2]"},
      {"ceil", [](const Output& x) { return ceil(x); }, "f32[0, 3]"},
      {"cos", [](const Output& x) { return cos(x); }, "f32[0, 3]"},
      {"cosh", [](const Output& x) { return cosh(x); }, "f32[0, 3]"},
      {"div", [](const Output& x) { return x / 0; }, "f32[0, 3]"},
      {"div", [](const Output& x) { return integers(x, {0}) / 0; }, "i32[0]"},
      {"equal", [](const Output& x) { return equal(x, filled(x, {1})); }, "bool[0, 3]"},
      {"erf", [](const Output& x) { return erf(x); }, "f32[0, 3]"},
      {"erfc", [](const Output& x) { return erfc(x); }, "f32[0, 3]"},
      {"exp", [](const Output& x) { return exp(x); }, "f32[0, 3]"},
      {"expm1", [](const Output& x) { return expm1(x); }, "f32[0, 3]"},
      {"floor", [](const Output& x) { return floor(x); }, "f32[0, 3]"},
      {"floor_div", [](const Output& x) { return floor_div(integers(x, {0}), 0); }, "i32[0]"},
      {"floor_mod",
       [](const Output& x) {
         return floor_mod(x, filled(x, {2, 1, 1}));
       },
       "f32[2, 0, 3]"},
      {"greater", [](const Output& x) { return greater(x, 1); }, "bool[0, 3]"},
      {"greater_equal", [](const Output& x) { return greater_equal(x, 1); }, "bool[0, 3]"},
      {"left_shift", [](const Output& x) { return left_shift(integers(x, {0}), 1); }, "i32[0]"},
      {"less", [](const Output& x) { return less(x, 1); }, "bool[0, 3]"},
      {"less_equal", [](const Output& x) { return less_equal(x, 1); }, "bool[0, 3]"},
      {"log", [](const Output& x) { return log(x); }, "f32[0, 3]"},
      {"log1p", [](const Output& x) { return log1p(x); }, "f32[0, 3]"},
      {"maximum", [](const Output& x) { return maximum(x, x); }, "f32[0, 3]"},
      {"minimum", [](const Output& x) { return minimum(x, 1); }, "f32[0, 3]"},
      {"mul",
       [](const Output& x) {
         return x * filled(x, {1, 1});
       },
       "f32[0, 3]"},
      {"neg", [](const Output& x) { return -x; }, "f32[0, 3]"},
      {"not_equal", [](const Output& x) { return not_equal(x, x); }, "bool[0, 3]"},
      {"pow", [](const Output& x) { return pow(x, x); }, "f32[0, 3]"},
      {"pow", [](const Output& x) { return pow(integers(x, {0}), -1); }, "i32[0]"},
      {"right_shift", [](const Output& x) { return right_shift(1, integers(x, {0})); }, "i32[0]"},
      {"round", [](const Output& x) { return round(x); }, "f32[0, 3]"},
      {"rsqrt", [](const Output& x) { return rsqrt(x); }, "f32[0, 3]"},
      {"sigmoid", [](const Output& x) { return sigmoid(x); }, "f32[0, 3]"},
      {"sign", [](const Output& x) { return sign(x); }, "f32[0, 3]"},
      {"sin", [](const Output& x) { return sin(x); }, "f32[0, 3]"},
      {"sinh", [](const Output& x) { return sinh(x); }, "f32[0, 3]"},
      {"softplus", [](const Output& x) { return softplus(x); }, "f32[0, 3]"},
      {"sqrt", [](const Output& x) { return sqrt(x); }, "f32[0, 3]"},
      {"square", [](const Output& x) { return square(x); }, "f32[0, 3]"},
      {"sub", [](const Output& x) { return 1 - x; }, "f32[0, 3]"},
      {"tan", [](const Output& x) { return tan(x); }, "f32[0, 3]"},
      {"tanh", [](const Output& x) { return tanh(x); }, "f32[0, 3]"},
      {"trunc", [](const Output& x) { return trunc(integers(x, {0})); }, "i32[0]"},
      {"trunc_mod", [](const Output& x) { return trunc_mod(x, 0); }, "f32[0, 3]"},
  };
}

}  // namespace deft
