#pragma once

#include <cstddef>
#include <vector>

#include <deft/deft.hpp>

#include "common/numpy_random.hpp"
#include "dataset.hpp"

namespace examples::kfold {

/// The indices of the rows that a fold trains with and of those that validate it, both rising.
struct Fold {
  std::vector<std::size_t> training;
  std::vector<std::size_t> validation;
};

/// Deals the rows out to `folds` folds at random: every row validates one fold and trains all
/// others, and the numbers of rows that validate differ by at most 1. 2 <= folds <= rows.
std::vector<Fold> split(std::size_t rows, std::size_t folds, NumpyRandom& random);

/// The rows of a fold, in units in which one penalty suits all features: on the training rows, each
/// feature has mean 0 and variance 1, or is 0 if it is constant there, and the target has mean 0.
/// The mean of the target is then the best intercept whatever the weights are: it takes no part in
/// the training, and is not penalised. Nothing in the units depends on rows that validate.
struct FoldData {
  deft::Tensor X;             // [training rows, features]
  deft::Tensor d;             // [training rows, 1]
  deft::Tensor X_validation;  // [validation rows, features]
  deft::Tensor d_validation;  // [validation rows, 1]
};

/// Throws UserError if the data are too large for such units.
FoldData standardize(const Dataset& data, const Fold& fold);

}  // namespace examples::kfold
