#include "training.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "article_program.hpp"
#include "common/dependence.hpp"
#include "common/errors.hpp"
#include "common/layout.hpp"
#include "common/numbers.hpp"
#include "common/progress_bar.hpp"
#include "common/stopwatch.hpp"
#include "common/text.hpp"
#include "model.hpp"
#include "plain_loop.hpp"
#include "stability.hpp"
#include "standardize.hpp"

namespace examples::regression {
namespace {

std::vector<double> to_doubles(const deft::Tensor& tensor) {
  if (tensor.dtype() == deft::DType::f64) {
    const auto data = tensor.data<double>();
    return {data.begin(), data.end()};
  }
  const auto data = tensor.data<float>();
  return {data.begin(), data.end()};
}

double mean_squared_error(const Dataset& data, const std::vector<double>& w) {
  double sum = 0;
  for (std::size_t i = 0; i < data.rows(); ++i) {
    double error = -data.target[i];
    for (std::size_t j = 0; j < w.size(); ++j) error += w[j] * data.columns[j][i];
    sum += error * error;
  }
  return sum / static_cast<double>(data.rows());
}

Result run_closed_form(deft::Session& session, const ClosedFormModel& model) {
  const Stopwatch stopwatch;
  const deft::Tensor w = session.eval(model.w);
  const double seconds = stopwatch.seconds();
  return {"closed_form", to_doubles(w), session.eval(model.mse).item<double>(), seconds};
}

template <class T>
Result run_plain_loop(const Dataset& data, const Options& options) {
  std::vector<std::vector<T>> columns;
  for (const auto& column : data.columns) columns.emplace_back(column.begin(), column.end());
  const std::vector<T> target(data.target.begin(), data.target.end());
  const T learning_rate = static_cast<T>(options.learning_rate);

  ProgressBar bar("plain loop", options.epochs);
  const Stopwatch stopwatch;
  const std::vector<T> found = plain_loop(columns, target, learning_rate, options.epochs, bar);
  const double seconds = stopwatch.seconds();

  const std::vector<double> w(found.begin(), found.end());
  return {"plain_loop", w, mean_squared_error(data, w), seconds};
}

Result run_model(const TrainedModel& model, const std::string& name, const Options& options,
                 deft::Numerics numerics = deft::Numerics::exact) {
  deft::Session session(model.graph, {.threads = options.threads, .numerics = numerics});
  session.run(model.initialize);

  ProgressBar bar(name, options.epochs);
  deft::RunOptions run_options{.steps = options.epochs};
  if (bar.active()) {
    run_options.on_progress = [&](const deft::Progress& progress) { bar.show(progress.step); };
    run_options.progress_every = bar.interval();
  }
  const Stopwatch stopwatch;
  session.run(model.train, run_options);
  const double seconds = stopwatch.seconds();

  const double mse = to_doubles(session.eval(model.mse)).at(0);
  return {name, to_doubles(session.eval(model.w)), mse, seconds};
}

bool is_finite(const Result& result) {
  return std::isfinite(result.mse) &&
         std::all_of(result.w.begin(), result.w.end(),
                     [](double value) { return std::isfinite(value); });
}

/// What gradient descent is judged by: the error where it starts, at w = 0, and the least one.
struct Yardstick {
  double start = 0;
  double least = 0;

  /// At a rate that suits the data gradient descent never ends with a larger error than it began
  /// with.
  bool diverged(const Result& result) const {
    constexpr double rounding = 1e-3;  // more than f32 needs
    return !is_finite(result) || result.mse > start * (1.0 + rounding);
  }

  /// A perfect fit has no error that others could be a multiple of.
  bool is_far(double mse) const { return mse > 2 * least && mse - least > 1e-6 * start; }

  std::string compare(const Result& result, const Options& options) const {
    return "(mse " + rounded(result.mse, 3) + " after " +
           plural(static_cast<std::size_t>(options.epochs), "epoch") + ", closed form " +
           rounded(least, 3) + ")";
  }
};

/// Whether --standardize is still to be tried.
bool can_standardize(const Options& options) { return options.intercept && !options.standardize; }

/// What to do about divergence: a smaller rate if there is one, and where training ends at it.
std::string advice(const Dataset& data, const Options& options, const Yardstick& yardstick) {
  const std::string none =
      can_standardize(options) ? "scale the data, as --standardize does" : "scale the data";
  const double stable = stable_learning_rate(data);
  if (!std::isnormal(stable) || stable >= options.learning_rate) return none;
  const std::string rate = rounded(0.995 * stable, 3);
  const TrainedModel model =
      trained_model(data, options.dtype, parse_number(rate).value, GradientKind::symbolic);
  const Result result =
      run_model(model, "a smaller rate", options, deft::Numerics::reassociate_f64);
  if (yardstick.diverged(result)) return none;
  const std::string text = "it converges up to " + rate;
  const std::string comparison = yardstick.compare(result, options);
  if (!yardstick.is_far(result.mse)) return text + " " + comparison;
  return text + ", where it stops far from the optimum " + comparison + "; " + none;
}

[[noreturn]] void fail_divergence(const Result& result, const Dataset& data, const Options& options,
                                  const Yardstick& yardstick) {
  throw TrainingError("the training diverges at the learning rate " +
                      shortest(options.learning_rate) + " (mse " + rounded(yardstick.start, 3) +
                      " at the start, " +
                      (is_finite(result) ? rounded(result.mse, 3) : "not finite") + " after " +
                      plural(static_cast<std::size_t>(options.epochs), "epoch") + "); " +
                      advice(data, options, yardstick));
}

Report solve(const Dataset& data, const Options& options) {
  Report report;
  const ClosedFormModel model = closed_form_model(data);
  deft::Session session(model.graph, {.threads = options.threads});
  report.closed_form = run_closed_form(session, model);
  if (!is_finite(report.closed_form)) {
    throw UserError("the closed form is not finite; scale the data");
  }
  report.threads = session.threads();
  report.graph = model.graph;
  const Dependence dependence = find_dependence(session.eval(model.unit), options.threads);
  if (dependence.directions > 0) {
    report.warnings.push_back(dependence_warning(
        dependence, data.names,
        can_standardize(options) ? "leave some out, or give --standardize" : "leave some out"));
  }
  return report;
}

/// All methods, on the columns as they are.
Report fit(const Dataset& data, const Options& options) {
  Report report = solve(data, options);
  if (options.epochs == 0) return report;

  const Yardstick yardstick{mean_squared_error(data, std::vector<double>(data.coefficients())),
                            report.closed_form.mse};
  const auto add = [&](const Result& result) {
    if (yardstick.diverged(result)) fail_divergence(result, data, options, yardstick);
    report.results.push_back(result);
  };
  add(options.dtype == deft::DType::f32 ? run_plain_loop<float>(data, options)
                                        : run_plain_loop<double>(data, options));
  const std::optional<TrainedModel> program =
      article_program(data, options.dtype, options.learning_rate);
  if (program) add(run_model(*program, "graph_tensorflow", options));
  for (const GradientKind kind : options.gradients) {
    const bool manual = kind == GradientKind::manual;
    const TrainedModel model = trained_model(data, options.dtype, options.learning_rate, kind);
    add(run_model(model, manual ? "graph_manual" : "graph_symbolic", options));
    // The same graph, in a session that may compute X^T X once.
    if (!manual) add(run_model(model, "reassociated", options, deft::Numerics::reassociate_f64));
    report.graph = model.graph;
  }
  const Result& last = report.results.back();
  if (yardstick.is_far(last.mse)) {
    report.warnings.push_back("the training stops far from the optimum " +
                              yardstick.compare(last, options) + "; more epochs" +
                              (can_standardize(options) ? ", --standardize" : "") +
                              " or a larger learning rate bring it closer");
  }
  return report;
}

}  // namespace

Report run_all(const Dataset& data, const Options& options) {
  if (!options.standardize) return fit(data, options);
  const Standardized standardized = standardize(data);
  Report report = fit(standardized.data, options);
  const auto move_back = [&](Result& result) {
    result.w = standardized.on_original_scale(result.w);
    if (!is_finite(result)) {
      throw UserError("the coefficients on the original scale are not finite; scale the data");
    }
  };
  move_back(report.closed_form);
  for (Result& result : report.results) move_back(result);
  if (!standardized.left_alone.empty()) {
    report.warnings.push_back("--standardize leaves columns of one value as they are: " +
                              list_of(standardized.left_alone));
  }
  return report;
}

std::vector<LossSample> loss_curve(const Dataset& data, const Options& options) {
  if (options.epochs == 0) return {};
  const TrainedModel model =
      trained_model(options.standardize ? standardize(data).data : data, options.dtype,
                    options.learning_rate, options.gradients.back());
  deft::Session session(model.graph, {.threads = options.threads});
  session.run(model.initialize);

  std::vector<LossSample> samples;
  const auto sample = [&](std::int64_t epoch) {
    samples.push_back({epoch, to_doubles(session.eval(model.mse)).at(0)});
  };
  sample(0);
  ProgressBar bar("loss curve", options.epochs);
  session.run(model.train, {.steps = options.epochs,
                            .on_progress =
                                [&](const deft::Progress& progress) {
                                  sample(progress.step);
                                  bar.show(progress.step);
                                },
                            .progress_every = std::max<std::int64_t>(1, options.epochs / 200)});
  return samples;
}

}  // namespace examples::regression
