#include "training.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "common/errors.hpp"
#include "common/layout.hpp"
#include "common/numbers.hpp"
#include "common/progress_bar.hpp"
#include "common/stopwatch.hpp"
#include "model.hpp"
#include "stability.hpp"

namespace examples::kfold {
namespace {

/// Far more than the choice of a penalty needs, and than rounding takes away.
constexpr double tolerance = 1e-6;

constexpr std::int64_t traced_steps = 20;

/// The learning rate up to which each model converges.
std::vector<double> stable_learning_rates(const std::vector<FoldData>& folds,
                                          const Options& options) {
  std::vector<double> rates;
  for (const double eigenvalue : largest_eigenvalues(folds, options.threads)) {
    for (const double penalty : options.penalties) {
      rates.push_back(stable_learning_rate(eigenvalue, penalty));
    }
  }
  return rates;
}

/// What the user asked for or, by default, nine tenths of what is stable: the directions that the
/// data say least about converge slowest, and fastest at a large rate.
std::vector<double> learning_rates(std::vector<double> stable, double asked_for) {
  for (double& rate : stable) rate = asked_for > 0 ? asked_for : 0.9 * rate;
  return stable;
}

/// Computes all outputs of `models` in one run.
Solution read(deft::Session& session, const Models& models) {
  std::vector<deft::Output> fetches = models.w;
  fetches.insert(fetches.end(), models.training_mse.begin(), models.training_mse.end());
  fetches.insert(fetches.end(), models.validation_mse.begin(), models.validation_mse.end());
  const std::vector<deft::Tensor> values = session.run(fetches);

  const std::size_t count = models.w.size();
  Solution solution;
  for (std::size_t i = 0; i < count; ++i) {
    const auto w = values[i].data<double>();
    solution.w.emplace_back(w.begin(), w.end());
    solution.training_mse.push_back(values[count + i].item<double>());
    solution.validation_mse.push_back(values[2 * count + i].item<double>());
  }
  return solution;
}

/// What the closed form drops of the fold that loses most by it.
Dependence dropped_by(const ClosedFormModels& models, deft::Session& session,
                      const Options& options) {
  // lstsq drops eigenvalues below eps * features of the largest. That of X^T X is at most
  // n * features, because every feature has variance 1; and n * penalty is added to each.
  const double penalty = options.penalties.front();
  const auto features = static_cast<double>(models.normal[0].shape()[0]);
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  if (penalty > 2 * epsilon * features * (features + penalty)) return {};
  Dependence most;
  for (std::size_t i = 0; i < models.normal.size(); i += options.penalties.size()) {
    const Dependence found = find_dependence(session.eval(models.normal[i]), options.threads);
    if (found.directions > most.directions) most = found;
  }
  return most;
}

Solution solve_closed_form(const ClosedFormModels& models, deft::Session& session) {
  const Stopwatch stopwatch;
  Solution solution = read(session, models);
  solution.seconds = stopwatch.seconds();
  const auto is_finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(solution.validation_mse.begin(), solution.validation_mse.end(), is_finite) ||
      !std::all_of(solution.training_mse.begin(), solution.training_mse.end(), is_finite)) {
    throw UserError("the closed form is not finite; scale the data");
  }
  return solution;
}

Solution train(const TrainedModels& models, deft::Session& session, std::int64_t steps) {
  ProgressBar bar("training", steps);
  deft::RunOptions run_options{.steps = steps};
  if (bar.active()) {
    run_options.on_progress = [&](const deft::Progress& progress) { bar.show(progress.step); };
    run_options.progress_every = bar.interval();
  }
  const Stopwatch stopwatch;
  session.run(models.train, run_options);
  const double seconds = stopwatch.seconds();

  Solution solution = read(session, models);
  solution.seconds = seconds;
  return solution;
}

/// |w - exact| / |exact|; NaN if w is not finite.
double relative_difference(const std::vector<double>& w, const std::vector<double>& exact) {
  double difference = 0;
  double length = 0;
  for (std::size_t j = 0; j < w.size(); ++j) {
    difference = std::hypot(difference, w[j] - exact[j]);
    length = std::hypot(length, exact[j]);
  }
  return difference == 0 ? 0 : difference / length;
}

/// How far the weights of the model that is farthest from its closed form are.
struct Worst {
  std::size_t model = 0;
  double difference = 0;  // relative; maybe NaN

  bool arrived() const { return difference <= tolerance; }
};

Worst worst_model(const Solution& trained, const Solution& closed_form) {
  Worst worst;
  for (std::size_t i = 0; i < trained.w.size() && !std::isnan(worst.difference); ++i) {
    const double difference = relative_difference(trained.w[i], closed_form.w[i]);
    if (!(difference <= worst.difference)) worst = {i, difference};  // NaN too
  }
  return worst;
}

/// "differs from the closed form by 0.1 of its length after 100 steps", and what to do about it.
std::string distance(const Worst& worst, const Options& options) {
  const std::string text = "differs from the closed form by " + rounded(worst.difference, 2) +
                           " of its length after " +
                           plural(static_cast<std::size_t>(options.steps), "step");
  if (worst.arrived()) return text;
  const std::size_t count = options.penalties.size();
  const bool smallest_is_slowest = worst.model % count == 0 && count > 1;
  return text + "; raise --steps" +
         (smallest_is_slowest ? ", or leave out the smallest of --penalties" : "");
}

/// A learning rate at which all models converge, and where they are after as many steps.
std::string advice(const std::vector<FoldData>& folds, const Solution& closed_form, double limit,
                   Options options) {
  const std::string rate = rounded(0.9 * limit, 3);
  options.learning_rate = parse_number(rate).value;
  const std::vector<double> rates(closed_form.w.size(), options.learning_rate);
  const TrainedModels models = trained_models(folds, options.penalties, rates);
  deft::Session session(models.graph, {.threads = options.threads});
  session.run(models.initialize);
  const Worst worst = worst_model(train(models, session, options.steps), closed_form);
  return "all models converge up to " + rate + ", where the last of them " +
         distance(worst, options);
}

/// Says why the weights of a model are not those of the closed form.
[[noreturn]] void fail(const Worst& worst, const std::vector<FoldData>& folds,
                       const Solution& closed_form, const std::vector<double>& stable,
                       const Options& options) {
  const std::size_t count = options.penalties.size();
  const std::string which = "the model of penalty " +
                            shortest(options.penalties[worst.model % count]) + " and fold " +
                            std::to_string(worst.model / count + 1);
  const double limit = *std::min_element(stable.begin(), stable.end());
  const double rate = learning_rates(stable, options.learning_rate)[worst.model];
  const bool is_farther_than_at_start = !(worst.difference <= 1);  // at w = 0; also NaN
  if (options.learning_rate > limit || is_farther_than_at_start) {
    throw TrainingError(which + " diverges at the learning rate " + shortest(rate) + "; " +
                        advice(folds, closed_form, limit, options));
  }
  throw TrainingError(which + " " + distance(worst, options));
}

}  // namespace

Solutions solve_all(const std::vector<FoldData>& folds, const Options& options) {
  Solutions solutions;
  {
    const ClosedFormModels models = closed_form_models(folds, options.penalties);
    deft::Session session(models.graph, {.threads = options.threads});
    solutions.closed_form = solve_closed_form(models, session);
    solutions.dependence = dropped_by(models, session, options);
  }

  const std::vector<double> stable = stable_learning_rates(folds, options);
  const TrainedModels models =
      trained_models(folds, options.penalties, learning_rates(stable, options.learning_rate));
  deft::Session session(models.graph, {.threads = options.threads});
  solutions.threads = session.threads();
  if (!options.trace.empty()) {
    session.run(models.initialize);
    session.run(models.train, {.steps = std::min(options.steps, traced_steps),
                               .profile = &solutions.training_profile});
  }
  session.run(models.initialize);
  solutions.trained = train(models, session, options.steps);
  const Worst worst = worst_model(solutions.trained, solutions.closed_form);
  if (!worst.arrived()) fail(worst, folds, solutions.closed_form, stable, options);
  solutions.largest_difference = worst.difference;
  return solutions;
}

}  // namespace examples::kfold
