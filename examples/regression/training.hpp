#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <deft/deft.hpp>

#include "dataset.hpp"
#include "options.hpp"

namespace examples::regression {

/// What one method found.
struct Result {
  std::string name;
  std::vector<double> w;
  double mse = 0;
  double seconds = 0;  // of the training or, for the closed form, of the solution
};

/// The closed form, always in f64, and the results of gradient descent in the dtype of the options.
struct Report {
  Result closed_form;
  std::vector<Result> results;  // empty for 0 epochs
  int threads = 0;              // of the sessions
  deft::Graph graph;            // the one that ran last
  std::vector<std::string> warnings;
};

/// Runs all methods that `options` ask for; the coefficients are those of `data`, standardized or
/// not. Warns of columns that the closed form cannot tell apart, of those that cannot be
/// standardized, and of training that stops far from the optimum. Throws TrainingError, UserError
/// and deft::Error.
Report run_all(const Dataset& data, const Options& options);

/// A sample of the loss while a model trains.
struct LossSample {
  std::int64_t epoch = 0;
  double mse = 0;
};

/// Trains once more, untimed, and looks at the loss at the start and some 200 times on the way.
/// Empty for 0 epochs.
std::vector<LossSample> loss_curve(const Dataset& data, const Options& options);

}  // namespace examples::regression
