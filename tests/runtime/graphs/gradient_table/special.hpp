#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include <deft/ops/activations.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>

#include "runtime/graphs/gradient_table/elementwise.hpp"

namespace deft {

/// A step function: beside the product with x its own gradient of zero counts. Both intervals are
/// free of jumps.
inline GradientRow rounding_row(std::string_view op, const Unary& f, double jump) {
  const Unary steps = [f](const Output& x, const NodeOptions& options) {
    return f(x, options) + f(x, {}) * x;
  };
  return {op, unary_cases(steps, {{jump + 0.1, jump + 0.9}, {jump - 1.9, jump - 1.1}})};
}

/// Quotients stay off the integers.
inline GradientRow division_row(std::string_view op, const Binary& f) {
  const Binary twice = [f](const Operand& x, const Operand& y, const NodeOptions& options) {
    const Output z = f(x, y, options);
    return z + z * x;
  };
  GradientRow row{op, binary_cases(twice, {1.25, 1.75}, {1.0, 1.125})};
  for (GradientCase& of : binary_cases(twice, {-1.75, -1.25}, {1.0, 1.125}))
    row.cases.push_back(std::move(of));
  return row;
}

/// All quarters of the plane; neither operand is 0, where the angle jumps or bends.
inline GradientRow atan2_row() {
  GradientRow row{"atan2", binary_cases(atan2, {-2, -0.5}, {0.5, 2})};
  for (GradientCase& of : binary_cases(atan2, {0.5, 2}, {-2, -0.5}))
    row.cases.push_back(std::move(of));
  return row;
}

inline std::vector<GradientRow> special_rows() {
  const std::vector<Interval> inside = {{-0.75, 0.75}};
  const std::vector<Interval> usual = {{-1.5, 1.5}};
  return {
      {"acos", unary_cases(acos, inside)},
      {"acosh", unary_cases(acosh, {{1.25, 3}})},
      {"asin", unary_cases(asin, inside)},
      {"asinh", unary_cases(asinh, usual)},
      {"atan", unary_cases(atan, usual)},
      atan2_row(),
      {"atanh", unary_cases(atanh, inside)},
      rounding_row("ceil", ceil, 0),
      rounding_row("floor", floor, 0),
      {"cos", unary_cases(cos, {{-3, 3}})},
      {"cosh", unary_cases(cosh, usual)},
      {"erf", unary_cases(erf, usual)},
      {"erfc", unary_cases(erfc, usual)},
      {"expm1", unary_cases(expm1, usual)},
      division_row("floor_div", floor_div),
      division_row("floor_mod", floor_mod),
      {"log1p", unary_cases(log1p, {{-0.5, 1}})},
      rounding_row("round", round, 0.5),
      rounding_row("trunc", trunc, 2),
      {"sigmoid", unary_cases(sigmoid, usual)},
      {"sin", unary_cases(sin, {{-3, 3}})},
      {"sinh", unary_cases(sinh, usual)},
      {"softplus", unary_cases(softplus, usual)},
      {"tan", unary_cases(tan, {{-1, 1}, {2, 4}})},
      division_row("trunc_mod", trunc_mod),
  };
}

}  // namespace deft
