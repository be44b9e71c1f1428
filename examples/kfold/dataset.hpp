#pragma once

#include <string>
#include <vector>

#include "common/numpy_random.hpp"
#include "options.hpp"

namespace examples::kfold {

/// What is fitted: the target as an intercept and a weighted sum of the features.
struct Dataset {
  std::vector<std::string> names;             // one per feature
  std::vector<std::vector<double>> features;  // [feature][row]
  std::vector<double> target;                 // [row]

  std::size_t rows() const { return target.size(); }
};

/// The data of the user's file or, without one, generated ones. Throws UserError.
Dataset load_dataset(const Options& options, NumpyRandom& random);

/// Independent normal features with small normal weights, an intercept of 1 and normal noise; the
/// weighted sum and the noise both have a variance of about 1. With two rows per feature neither no
/// penalty nor a very large one is then the best.
Dataset generate_dataset(std::size_t rows, std::size_t features, NumpyRandom& random);

}  // namespace examples::kfold
