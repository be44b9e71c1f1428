#include "model.hpp"

#include <cstdint>

namespace examples::kfold {

using deft::DType;
using deft::Graph;
using deft::Output;

namespace {

/// The rows of a fold in a graph, which all its penalties share.
struct FoldNodes {
  Output X, d, X_validation, d_validation;

  FoldNodes(const Graph& graph, const FoldData& data)
      : X(constant(graph, data.X)),
        d(constant(graph, data.d)),
        X_validation(constant(graph, data.X_validation)),
        d_validation(constant(graph, data.d_validation)) {}
};

Output mean_squared_error(const Output& X, const Output& w, const Output& d) {
  return reduce_mean(square(matmul(X, w) - d));
}

void add_model(Models& models, const FoldNodes& fold, const Output& w) {
  models.w.push_back(w);
  models.training_mse.push_back(mean_squared_error(fold.X, w, fold.d));
  models.validation_mse.push_back(mean_squared_error(fold.X_validation, w, fold.d_validation));
}

deft::Tensor identity_matrix(std::int64_t size) {
  deft::Tensor matrix = deft::Tensor::zeros(DType::f64, {size, size});
  const auto elements = matrix.mutable_data<double>();
  for (std::size_t i = 0; i < elements.size(); i += static_cast<std::size_t>(size) + 1) {
    elements[i] = 1;
  }
  return matrix;
}

}  // namespace

TrainedModels trained_models(const std::vector<FoldData>& folds,
                             const std::vector<double>& penalties,
                             const std::vector<double>& learning_rates) {
  TrainedModels models;
  std::vector<Output> steps;
  for (const FoldData& data : folds) {
    const FoldNodes fold(models.graph, data);
    for (const double penalty : penalties) {
      const double learning_rate = learning_rates.at(steps.size());
      Output w = variable(zeros(models.graph, DType::f64, {data.X.shape()[1], 1}));
      add_model(models, fold, w);
      Output loss = models.training_mse.back() + penalty * reduce_sum(square(w));
      Output gradient = gradients(loss, {w}).at(0);
      steps.push_back(assign(w, w - learning_rate * gradient));
    }
  }
  models.train = group(steps, {.name = "train"});
  models.initialize = global_variables_initializer(models.graph);
  return models;
}

ClosedFormModels closed_form_models(const std::vector<FoldData>& folds,
                                    const std::vector<double>& penalties) {
  ClosedFormModels models;
  const std::int64_t features = folds.at(0).X.shape()[1];
  Output I = constant(models.graph, identity_matrix(features));
  for (const FoldData& data : folds) {
    const FoldNodes fold(models.graph, data);
    const auto n = static_cast<double>(data.X.shape()[0]);
    Output XtX = matmul(fold.X, fold.X, {.transpose_a = true});
    Output Xtd = matmul(fold.X, fold.d, {.transpose_a = true});
    for (const double penalty : penalties) {
      models.normal.push_back(XtX + (n * penalty) * I);
      add_model(models, fold, lstsq(models.normal.back(), Xtd));
    }
  }
  return models;
}

}  // namespace examples::kfold
