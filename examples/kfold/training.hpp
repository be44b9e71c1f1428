#pragma once

#include <vector>

#include <deft/deft.hpp>

#include "common/dependence.hpp"
#include "folds.hpp"
#include "options.hpp"

namespace examples::kfold {

/// What one way to solve all models found, at the places that model.hpp gives them.
struct Solution {
  std::vector<std::vector<double>> w;  // [model][feature]
  std::vector<double> training_mse;    // [model]
  std::vector<double> validation_mse;  // [model]
  double seconds = 0;
};

struct Solutions {
  Solution trained;
  Solution closed_form;
  Dependence dependence;           // what the closed form of the smallest penalty drops
  double largest_difference = 0;   // between the weights, over the length of the closed form's
  int threads = 0;                 // of the session that trained
  deft::Profile training_profile;  // of the first steps, if Options::trace asks for it
};

/// Trains all models, and solves them by the closed form. Throws TrainingError if the training does
/// not arrive there, UserError and deft::Error.
Solutions solve_all(const std::vector<FoldData>& folds, const Options& options);

}  // namespace examples::kfold
