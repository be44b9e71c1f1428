#pragma once

#include <vector>

#include <deft/deft.hpp>

#include "folds.hpp"

namespace examples::kfold {

/// A ridge regression for each fold and penalty, all in one graph: penalty p of fold f stands at
/// [f * penalties + p] of every list.
struct Models {
  deft::Graph graph;
  std::vector<deft::Output> w;               // the weights, [features, 1]
  std::vector<deft::Output> training_mse;    // mean squared errors of w, []
  std::vector<deft::Output> validation_mse;  // on the rows that the model is not trained with, []
};

/// By gradient descent on mean((X w - d)^2) + penalty * sum(w^2). A run of `train` is one step of
/// all models: none depends on another, so threads take them as they come.
struct TrainedModels : Models {
  deft::Output initialize;  // operation: all w = 0
  deft::Output train;       // operation: all w = w - learning_rate * gradient
};

/// `learning_rates` has one for each model.
TrainedModels trained_models(const std::vector<FoldData>& folds,
                             const std::vector<double>& penalties,
                             const std::vector<double>& learning_rates);

/// Solved at once: the gradient is 0 where (X^T X + n penalty I) w = X^T d, n the training rows.
struct ClosedFormModels : Models {
  std::vector<deft::Output> normal;  // X^T X + n penalty I, [features, features]
};

ClosedFormModels closed_form_models(const std::vector<FoldData>& folds,
                                    const std::vector<double>& penalties);

}  // namespace examples::kfold
