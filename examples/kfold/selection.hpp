#pragma once

#include <cstddef>
#include <vector>

namespace examples::kfold {

/// What the folds say about a penalty.
struct Score {
  double penalty = 0;
  double training_mse = 0;    // the mean over the folds
  double validation_mse = 0;  // the mean over the folds
  double standard_error = 0;  // of that mean
};

/// One per penalty, out of the errors of all models, which stand where model.hpp says.
std::vector<Score> scores(const std::vector<double>& penalties,
                          const std::vector<double>& training_mse,
                          const std::vector<double>& validation_mse);

/// Indices of scores whose penalties rise.
struct Choice {
  std::size_t best = 0;  // the least validation error, the first of equals
  /// The largest penalty whose error is at most one standard error above the least: the simplest
  /// model that is as good as the data can tell (L. Breiman et al., Classification and Regression
  /// Trees, 1984, ch. 3).
  std::size_t simplest = 0;
};

Choice choose(const std::vector<Score>& scores);

}  // namespace examples::kfold
