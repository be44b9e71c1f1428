#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/bits.hpp>
#include <deft/ops/math.hpp>

#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

/// Where a function is taken.
struct Interval {
  double low;
  double high;
};

using Unary = std::function<Output(const Output&, const NodeOptions&)>;
using Binary = std::function<Output(const Operand&, const Operand&, const NodeOptions&)>;

inline std::vector<GradientCase> unary_cases(const Unary& f, std::vector<Interval> where) {
  std::vector<GradientCase> cases;
  for (const Interval& interval : where)
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3}, Shape{0, 3}})
      cases.push_back({shape.to_string(),
                       {spread(shape, interval.low, interval.high)},
                       [f](const std::vector<Output>& xs) { return f(xs[0], {}); }});
  return cases;
}

/// Every way of broadcasting, both operands on either side, and scalars.
inline std::vector<GradientCase> binary_cases(const Binary& f, Interval of_x, Interval of_y) {
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{}, {}},         {{2, 3}, {2, 3}},    {{2, 3}, {3}},    {{3}, {2, 3}},    {{2, 1}, {1, 3}},
      {{2, 2}, {}},     {{}, {2, 2}},        {{1, 3}, {2, 1}}, {{1, 1}, {2}},    {{2}, {1, 1}},
      {{1, 3}, {0, 3}}, {{2, 1, 2}, {3, 1}}, {{0}, {0}},       {{0, 2}, {1, 1}},
  };
  std::vector<GradientCase> cases;
  for (const auto& [x, y] : shapes)
    cases.push_back({x.to_string() + " " + y.to_string(),
                     {spread(x, of_x.low, of_x.high, 1), spread(y, of_y.low, of_y.high, 2)},
                     [f](const std::vector<Output>& xs) { return f(xs[0], xs[1], {}); }});
  const double x_value = 0.5 * (of_x.low + of_x.high);
  const double y_value = 0.5 * (of_y.low + of_y.high);
  cases.push_back({"x and a scalar",
                   {spread({3}, of_x.low, of_x.high, 3)},
                   [=](const std::vector<Output>& xs) { return f(xs[0], y_value, {}); }});
  cases.push_back({"a scalar and y",
                   {spread({3}, of_y.low, of_y.high, 4)},
                   [=](const std::vector<Output>& xs) { return f(x_value, xs[0], {}); }});
  return cases;
}

/// A comparison is a step function: beside the product with x its own gradient of zero counts.
inline GradientRow comparison_row(std::string_view op, const Binary& compare) {
  const Binary masked = [compare](const Operand& x, const Operand& y, const NodeOptions& options) {
    const Output mask = cast(compare(x, y, options), DType::f64);
    return mask + mul(mask, x);
  };
  return {op, binary_cases(masked, {-1, 1}, {-0.8, 1.2})};
}

inline GradientRow pow_row() {
  GradientRow row{"pow", binary_cases(pow, {0.75, 2}, {-1, 2})};
  for (const double exponent : {0.0, 1.0, 2.0, 3.0})
    row.cases.push_back(
        {"a polynomial, x^" + std::to_string(exponent),
         {Tensor::from<double>({4}, {-1.5, -0.5, 0, 1.25})},
         [exponent](const std::vector<Output>& xs) { return pow(xs[0], exponent); }});
  for (const double exponent : {-1.0, -2.0})
    row.cases.push_back(
        {"x^" + std::to_string(exponent),
         {Tensor::from<double>({4}, {-1.5, -1, 1.25, 2})},
         [exponent](const std::vector<Output>& xs) { return pow(xs[0], exponent); }});
  row.cases.push_back({"x^x", {spread({4}, 0.75, 2)}, [](const std::vector<Output>& xs) {
                         return pow(xs[0], xs[0]);
                       }});
  return row;
}

inline GradientRow add_n_row() {
  const auto build = [](const std::vector<Output>& xs) { return add_n(xs); };
  const Tensor x = spread({2, 3}, -1, 1, 1);
  const Tensor y = spread({2, 3}, -1, 1, 2);
  const Tensor z = spread({2, 3}, -1, 1, 3);
  return {"add_n",
          {{"one", {x}, build},
           {"three", {x, y, z}, build},
           {"one twice", {x, y}, [](const std::vector<Output>& xs) {
              return add_n({xs[0], xs[1], xs[0]});
            }}}};
}

/// Integers do not vary: beside the product with x the gradient of zero of what is made of them
/// counts. No step reaches the next integer.
inline GradientRow bits_row(std::string_view op, const Binary& f) {
  const Binary of_integers = [f](const Operand& x, const Operand& y, const NodeOptions& options) {
    const auto integer = [](const Operand& operand) {
      return operand.output() != nullptr ? Operand(cast(*operand.output() * 8, DType::i32))
                                         : Operand(5);
    };
    const Output made = cast(f(integer(x), integer(y), options), DType::f64);
    return made + mul(made, x);
  };
  return {op, binary_cases(of_integers, {0.3, 0.35}, {0.4, 0.45})};
}

inline std::vector<GradientRow> elementwise_rows() {
  const std::vector<Interval> off_zero = {{-2, -0.5}, {0.5, 2}};
  const Unary steps = [](const Output& x, const NodeOptions& options) {
    return sign(x, options) + sign(x) * x;
  };
  const Unary inverted = [](const Output& x, const NodeOptions& options) {
    const Output made = cast(bitwise_not(cast(x * 8, DType::i32), options), DType::f64);
    return made + made * x;
  };
  return {
      {"abs", unary_cases(abs, off_zero)},
      {"add", binary_cases(add, {-1, 1}, {-1, 1})},
      add_n_row(),
      bits_row("bitwise_and", bitwise_and),
      {"bitwise_not", unary_cases(inverted, {{0.3, 0.35}})},
      bits_row("bitwise_or", bitwise_or),
      bits_row("bitwise_xor", bitwise_xor),
      {"div", binary_cases(div, {-1, 1}, {0.75, 2})},
      comparison_row("equal", equal),
      {"exp", unary_cases(exp, {{-1, 1}})},
      comparison_row("greater", greater),
      comparison_row("greater_equal", greater_equal),
      bits_row("left_shift", left_shift),
      comparison_row("less", less),
      comparison_row("less_equal", less_equal),
      {"log", unary_cases(log, {{0.75, 2}})},
      {"maximum", binary_cases(maximum, {-1, 1}, {-0.8, 1.2})},
      {"minimum", binary_cases(minimum, {-1, 1}, {-0.8, 1.2})},
      {"mul", binary_cases(mul, {-1, 1}, {-1, 1})},
      {"neg", unary_cases(neg, {{-1, 1}})},
      comparison_row("not_equal", not_equal),
      pow_row(),
      bits_row("right_shift", right_shift),
      {"rsqrt", unary_cases(rsqrt, {{0.75, 2}})},
      {"sign", unary_cases(steps, off_zero)},
      {"sqrt", unary_cases(sqrt, {{0.75, 2}})},
      {"square", unary_cases(square, {{-1, 1}})},
      {"sub", binary_cases(sub, {-1, 1}, {-1, 1})},
      {"tanh", unary_cases(tanh, {{-1, 1}})},
  };
}

}  // namespace deft
