#pragma once

#include <string_view>
#include <vector>

#include <deft/ops/math.hpp>

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

inline std::vector<GradientRow> special_rows() {
  return {
      rounding_row("ceil", ceil, 0),        rounding_row("floor", floor, 0),
      division_row("floor_div", floor_div), division_row("floor_mod", floor_mod),
      rounding_row("round", round, 0.5),    rounding_row("trunc", trunc, 2),
      division_row("trunc_mod", trunc_mod),
  };
}

}  // namespace deft
