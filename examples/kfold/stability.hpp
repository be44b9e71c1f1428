#pragma once

#include <vector>

#include "folds.hpp"

namespace examples::kfold {

/// The largest eigenvalue of X^T X / n, n the training rows, for each fold; by power iteration, so
/// up to some percent too low.
std::vector<double> largest_eigenvalues(const std::vector<FoldData>& folds, int threads);

/// The learning rate up to which gradient descent converges: the Hessian of the loss is
/// 2 (X^T X / n + penalty), and the limit is 2 over its largest eigenvalue.
double stable_learning_rate(double largest_eigenvalue, double penalty);

}  // namespace examples::kfold
