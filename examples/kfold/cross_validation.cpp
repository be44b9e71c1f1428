#include "cross_validation.hpp"

#include "common/errors.hpp"
#include "common/numbers.hpp"
#include "folds.hpp"
#include "training.hpp"

namespace examples::kfold {

Choice common_choice(const std::vector<Score>& trained, const std::vector<Score>& closed_form) {
  const Choice choice = choose(trained);
  const std::size_t exact = choose(closed_form).best;
  if (choice.best != exact) {
    throw TrainingError("the trained models choose the penalty " +
                        shortest(trained[choice.best].penalty) + ", the closed form chooses " +
                        shortest(trained[exact].penalty) + "; raise --steps");
  }
  return choice;
}

Report cross_validate(const Dataset& data, const Options& options, NumpyRandom& random) {
  std::vector<FoldData> folds;
  for (const Fold& fold : split(data.rows(), static_cast<std::size_t>(options.folds), random)) {
    folds.push_back(standardize(data, fold));
  }
  const Solutions solutions = solve_all(folds, options);
  const auto scores_of = [&](const Solution& solution) {
    return scores(options.penalties, solution.training_mse, solution.validation_mse);
  };
  Report report;
  report.rows = data.rows();
  report.features = data.features.size();
  report.folds = folds.size();
  report.scores = scores_of(solutions.trained);
  report.closed_form = scores_of(solutions.closed_form);
  report.choice = common_choice(report.scores, report.closed_form);
  report.largest_difference = solutions.largest_difference;
  report.seconds = solutions.trained.seconds;
  report.closed_form_seconds = solutions.closed_form.seconds;
  report.threads = solutions.threads;
  report.training_profile = solutions.training_profile;
  if (solutions.dependence.directions > 0) {
    report.warnings.push_back("for the penalty " + shortest(options.penalties.front()) + " " +
                              dependence_warning(solutions.dependence, data.names,
                                                 "leave some out, or measure them from their "
                                                 "means"));
  }
  return report;
}

}  // namespace examples::kfold
