#include <deft/runtime/lbfgs.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <deft/core/error.hpp>

#include "kernels/environment/standard_arithmetic.hpp"
#include "lbfgs_history.hpp"
#include "line_search.hpp"
#include "objective.hpp"
#include "units.hpp"

namespace deft {
namespace {

[[noreturn]] void refuse(std::string message, std::string cure, SourceLocation where) {
  throw RunError({.code = ErrorCode::invalid_argument,
                  .message = std::move(message),
                  .cure = std::move(cure),
                  .where = where});
}

void check_options(const LbfgsOptions& options) {
  for (const auto& [name, count] :
       {std::pair{"iterations", options.iterations}, {"history", options.history}})
    if (count < 1)
      refuse(std::string(name) + " is " + std::to_string(count), "use at least 1", options.where);
  for (const auto& [name, tolerance] : {std::pair{"gradient_tolerance", options.gradient_tolerance},
                                        {"change_tolerance", options.change_tolerance}})
    if (!(tolerance >= 0))
      refuse(std::string(name) + " is " + number_text(tolerance), "use 0 or more", options.where);
  const double c1 = options.wolfe_c1;
  const double c2 = options.wolfe_c2;
  if (!(0 < c1 && c1 < 0.5 && c1 < c2 && c2 < 1))
    refuse("wolfe_c1 is " + number_text(c1) + ", wolfe_c2 is " + number_text(c2),
           "use 0 < wolfe_c1 < wolfe_c2 < 1, and wolfe_c1 < 1/2", options.where);
}

double largest_magnitude(const std::vector<double>& xs) {
  double largest = 0;
  for (const double x : xs) largest = std::max(largest, std::abs(x));
  return largest;
}

std::vector<double> difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] - b[i];
  return result;
}

/// Algorithm 7.5: iterates, of which each follows from the one before.
class Lbfgs {
 public:
  Lbfgs(Objective& objective, const LbfgsOptions& options)
      : objective_(objective),
        options_(options),
        history_(static_cast<std::size_t>(options.history)) {}

  void begin() {
    const StandardArithmetic arithmetic;
    now_ = objective_.start();
  }

  const Objective::Point& now() const { return now_; }

  /// Goes to the next iterate; false if the line search finds none.
  bool advance() {
    const StandardArithmetic arithmetic;
    if (go_along(direction())) return true;
    if (history_.empty()) return false;
    history_.clear();
    return go_along(direction());
  }

 private:
  /// Minus the gradient times the inverse Hessian; at first the steepest descent, of a length of at
  /// most 1.
  std::vector<double> direction() const {
    std::vector<double> p = history_.times(now_.gradient);
    double scale = -1;
    if (history_.empty()) {
      double length = 0;
      for (const double element : p) length += std::abs(element);
      if (length > 1) scale = -1 / length;
    }
    for (double& element : p) element *= scale;
    return p;
  }

  bool go_along(const std::vector<double>& p) {
    const RayPoint start{0, now_.loss, dot(now_.gradient, p)};
    if (!(start.slope < 0) || !std::isfinite(start.slope)) return false;
    Objective::Point next;
    const auto at = [&](double step) {
      std::vector<double> x = now_.x;
      for (std::size_t i = 0; i < x.size(); ++i) x[i] += step * p[i];
      next = objective_.at(x);
      return RayPoint{step, next.loss, dot(next.gradient, p)};
    };
    const WolfeConditions conditions{.c1 = options_.wolfe_c1,
                                     .c2 = options_.wolfe_c2,
                                     .noise = objective_.rounding() * std::abs(now_.loss)};
    if (!line_search(at, start, 1, conditions)) return false;
    history_.add(difference(next.x, now_.x), difference(next.gradient, now_.gradient));
    now_ = std::move(next);
    return true;
  }

  Objective& objective_;
  const LbfgsOptions& options_;
  LbfgsHistory history_;
  Objective::Point now_;
};

/// One call of minimize_lbfgs.
class Minimization {
 public:
  Minimization(Session& session, const Output& loss, const std::vector<Output>& variables,
               const LbfgsOptions& options)
      : session_(session),
        options_(options),
        objective_(session, loss, variables, options),
        lbfgs_(objective_, options) {}

  LbfgsResult run() {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    progress_ = {.loss = unknown, .gradient_norm = unknown};
    if (const auto end = uninterrupted([&] { lbfgs_.begin(); })) return result(*end);
    note();
    while (true) {
      if (progress_.gradient_norm <= options_.gradient_tolerance)
        return result(LbfgsReason::gradient);
      if (progress_.iterations == options_.iterations) return result(LbfgsReason::iterations);
      bool found = false;
      if (const auto end = uninterrupted([&] { found = lbfgs_.advance(); })) return result(*end);
      if (!found) return result(LbfgsReason::line_search);
      session_.set(lbfgs_.now().variables, options_.where);
      const double before = progress_.loss;
      ++progress_.iterations;
      note();
      if (options_.on_progress) options_.on_progress(progress_);
      if (is_small_change(before, progress_.loss)) return result(LbfgsReason::change);
    }
  }

 private:
  /// What ended `evaluate`, if it did not come to its end by itself.
  template <class Evaluate>
  std::optional<LbfgsReason> uninterrupted(const Evaluate& evaluate) const {
    try {
      evaluate();
    } catch (const RunError& error) {
      const std::optional<LbfgsReason> reason = objective_.interruption(error);
      if (!reason) throw;
      return reason;
    }
    return std::nullopt;
  }

  void note() {
    progress_.loss = lbfgs_.now().loss;
    progress_.gradient_norm = largest_magnitude(lbfgs_.now().gradient);
    progress_.evaluations = objective_.evaluations();
  }

  bool is_small_change(double before, double after) const {
    const double magnitude = std::max(std::abs(before), std::abs(after));
    return options_.change_tolerance > 0 &&
           std::abs(before - after) <= options_.change_tolerance * magnitude;
  }

  LbfgsResult result(LbfgsReason reason) const {
    LbfgsResult made{progress_, reason};
    made.evaluations = objective_.evaluations();
    return made;
  }

  Session& session_;
  const LbfgsOptions& options_;
  Objective objective_;
  Lbfgs lbfgs_;
  LbfgsProgress progress_;
};

}  // namespace

const char* to_string(LbfgsReason reason) {
  switch (reason) {
    case LbfgsReason::gradient:
      return "gradient";
    case LbfgsReason::change:
      return "change";
    case LbfgsReason::iterations:
      return "iterations";
    case LbfgsReason::line_search:
      return "line_search";
    case LbfgsReason::cancelled:
      return "cancelled";
    case LbfgsReason::timeout:
      return "timeout";
  }
  return "unknown";
}

LbfgsResult minimize_lbfgs(Session& session, const Output& loss,
                           const std::vector<Output>& variables, const LbfgsOptions& options) {
  check_options(options);
  return Minimization(session, loss, variables, options).run();
}

}  // namespace deft
