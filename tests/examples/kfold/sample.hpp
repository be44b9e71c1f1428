#pragma once

#include "kfold/cross_validation.hpp"
#include "kfold/folds.hpp"

namespace examples::kfold {

/// Few rows and features, which gradient descent fits in few steps.
inline Options small_options() {
  Options options;
  options.rows = 31;
  options.features = 6;
  options.folds = 3;
  options.penalties = {0.01, 0.1, 1, 10};
  options.steps = 400;
  return options;
}

inline std::vector<FoldData> small_folds() {
  const Options options = small_options();
  NumpyRandom random(options.seed);
  const Dataset data = load_dataset(options, random);
  std::vector<FoldData> folds;
  for (const Fold& fold : split(data.rows(), 3, random)) folds.push_back(standardize(data, fold));
  return folds;
}

}  // namespace examples::kfold
