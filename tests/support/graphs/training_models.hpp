#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <deft/deft.hpp>

#include "support/samples.hpp"

namespace deft {

/// A graph with a step that gives its variables new values.
struct TrainingModel {
  Graph graph;
  Output initialize;
  Output step;
  std::vector<Output> variables;
};

/// Linear regression by gradient descent, as in examples/regression.
inline TrainingModel regression_model(DType dtype, std::int64_t rows, std::int64_t coefficients) {
  TrainingModel model;
  const Tensor data = sample<float>({rows, coefficients}, 5);
  const Tensor target = sample<float>({rows, 1}, 6);
  const Output X = 0.25 * cast(constant(model.graph, data), dtype);
  const Output d = cast(constant(model.graph, target), dtype);
  const Output w = variable(zeros(model.graph, dtype, {coefficients, 1}), {.name = "w"});
  const Output mse = reduce_mean(square(matmul(X, w) - d));
  model.variables = {w};
  model.step = assign(w, w - 0.01 * gradients(mse, {w}).at(0));
  model.initialize = global_variables_initializer(model.graph);
  return model;
}

/// Ridge regressions for `folds` data sets and `penalties` penalties, all in one graph, as in
/// examples/kfold.
inline TrainingModel cross_validation_model(std::size_t folds, std::size_t penalties,
                                            std::int64_t rows, std::int64_t features) {
  TrainingModel model;
  std::vector<Output> steps;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    const auto seed = static_cast<std::uint32_t>(fold);
    const Output X = constant(model.graph, sample<double>({rows, features}, seed + 10));
    const Output d = constant(model.graph, sample<double>({rows, 1}, seed + 100));
    for (std::size_t penalty = 0; penalty < penalties; ++penalty) {
      const Output w = variable(zeros(model.graph, DType::f64, {features, 1}));
      const Output loss = reduce_mean(square(matmul(X, w) - d)) +
                          0.1 * static_cast<double>(penalty) * reduce_sum(square(w));
      model.variables.push_back(w);
      steps.push_back(assign(w, w - 0.001 * gradients(loss, {w}).at(0)));
    }
  }
  model.step = group(steps);
  model.initialize = global_variables_initializer(model.graph);
  return model;
}

}  // namespace deft
