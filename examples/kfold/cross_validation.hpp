#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <deft/deft.hpp>

#include "common/numpy_random.hpp"
#include "dataset.hpp"
#include "options.hpp"
#include "selection.hpp"

namespace examples::kfold {

struct Report {
  std::size_t rows = 0;
  std::size_t features = 0;
  std::size_t folds = 0;
  std::vector<Score> scores;       // of the trained models, one per penalty
  std::vector<Score> closed_form;  // the same of the closed form
  Choice choice;                   // the same for both
  double largest_difference = 0;   // see Solutions
  double seconds = 0;              // of the training
  double closed_form_seconds = 0;
  int threads = 0;
  deft::Profile training_profile;  // of the first steps, if Options::trace asks for it
  std::vector<std::string> warnings;

  std::size_t models() const { return folds * scores.size(); }
};

/// Deals out the rows, solves all models and chooses. Throws TrainingError, UserError and
/// deft::Error.
Report cross_validate(const Dataset& data, const Options& options, NumpyRandom& random);

/// The choice that both make. Throws TrainingError if the best penalties differ.
Choice common_choice(const std::vector<Score>& trained, const std::vector<Score>& closed_form);

}  // namespace examples::kfold
