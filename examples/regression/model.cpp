#include "model.hpp"

namespace examples::regression {

using deft::DType;
using deft::Graph;
using deft::Output;

namespace {

template <deft::Element T>
deft::Tensor matrix_of(const std::vector<std::vector<double>>& columns) {
  const std::size_t rows = columns[0].size();
  std::vector<T> values;
  values.reserve(rows * columns.size());
  for (std::size_t i = 0; i < rows; ++i) {
    for (const std::vector<double>& column : columns) values.push_back(static_cast<T>(column[i]));
  }
  return deft::Tensor::from<T>(
      {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns.size())}, values);
}

/// The columns side by side as a tensor [rows, columns].
deft::Tensor matrix(const std::vector<std::vector<double>>& columns, DType dtype) {
  return dtype == DType::f32 ? matrix_of<float>(columns) : matrix_of<double>(columns);
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
  Output w = lstsq(X, d, {.name = "w"});
  Output mse = reduce_mean(square(matmul(X, w) - d), {.name = "mse"});
  return {graph, w, mse};
}

}  // namespace examples::regression
