#include "model.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "matrix.hpp"

namespace examples::regression {

using deft::DType;
using deft::Graph;
using deft::Output;

namespace {

/// About the length of a column: a power of two, by which numbers divide without rounding.
double unit_of(const std::vector<double>& column) {
  double largest = 0;
  for (const double value : column) largest = std::max(largest, std::fabs(value));
  if (largest == 0) return 1;
  double sum = 0;
  for (const double value : column) sum += (value / largest) * (value / largest);
  const int exponent = std::ilogb(largest) + std::ilogb(std::sqrt(sum));
  return std::ldexp(1.0, std::min(exponent, std::numeric_limits<double>::max_exponent - 1));
}

/// A row [1, columns]. lstsq drops directions that are short beside the longest; in these units
/// that says how near the columns are to being dependent, and nothing about how large their numbers
/// are.
deft::Tensor units_of(const std::vector<std::vector<double>>& columns) {
  std::vector<double> units;
  for (const std::vector<double>& column : columns) units.push_back(unit_of(column));
  return deft::Tensor::from<double>({1, static_cast<std::int64_t>(units.size())}, units);
}

/// The gradient of mean(e^2), e = X w - d, with respect to w, worked out on paper.
Output gradient_by_hand(const Output& X, const Output& e) {
  const double rows = static_cast<double>(X.shape()[0]);
  return (2.0 / rows) * matmul(transpose(X), e);
}

}  // namespace

TrainedModel trained_model(const Dataset& data, DType dtype, double learning_rate,
                           GradientKind gradient_kind) {
  const auto coefficients = static_cast<std::int64_t>(data.coefficients());

  Graph graph;
  Output X = constant(graph, matrix(data.columns, dtype), {.name = "X"});
  Output d = constant(graph, matrix({data.target}, dtype), {.name = "d"});
  Output w = variable(zeros(graph, dtype, {coefficients, 1}), {.name = "w"});

  Output e = sub(matmul(X, w), d, {.name = "e"});
  Output mse = reduce_mean(square(e), {.name = "mse"});
  Output gradient =
      gradient_kind == GradientKind::manual ? gradient_by_hand(X, e) : gradients(mse, {w}).at(0);

  Output train = assign(w, w - learning_rate * gradient, {.name = "train"});
  Output initialize = global_variables_initializer(graph);
  return {graph, initialize, train, w, mse};
}

ClosedFormModel closed_form_model(const Dataset& data) {
  Graph graph;
  Output X = constant(graph, matrix(data.columns, DType::f64), {.name = "X"});
  Output d = constant(graph, matrix({data.target}, DType::f64), {.name = "d"});
  Output units = constant(graph, units_of(data.columns), {.name = "units"});
  Output unit = X / units;
  Output w = div(lstsq(unit, d), transpose(units), {.name = "w"});
  Output mse = reduce_mean(square(matmul(X, w) - d), {.name = "mse"});
  return {graph, unit, w, mse};
}

}  // namespace examples::regression
