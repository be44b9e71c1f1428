#include "line_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace deft {
namespace {

constexpr int most_trials = 40;

bool is_finite(const RayPoint& point) {
  return std::isfinite(point.value) && std::isfinite(point.slope);
}

class LineSearch {
 public:
  LineSearch(const std::function<RayPoint(double)>& at, const RayPoint& start,
             const WolfeConditions& conditions)
      : at_(at), start_(start), conditions_(conditions) {}

  /// Algorithm 3.5: farther and farther, until there is an interval that holds a good step.
  std::optional<RayPoint> run(double step) {
    RayPoint last = start_;
    while (trials_ < most_trials) {
      const RayPoint trial = evaluate(step);
      if (is_too_high(trial, last)) return zoom(last, trial);
      if (is_flat(trial)) return trial;
      if (trial.slope >= 0) return zoom(trial, last);
      step = beyond(last, trial);
      last = trial;
    }
    return falls(last) ? std::optional(last) : std::nullopt;
  }

 private:
  RayPoint evaluate(double step) {
    ++trials_;
    return at_(step);
  }

  /// The first Wolfe condition.
  bool falls(const RayPoint& point) const {
    return is_finite(point) && point.value < start_.value &&
           point.value <= start_.value + conditions_.c1 * point.step * start_.slope;
  }

  /// That; or, where the value tells nothing, the same of a parabola through the slopes (Hager and
  /// Zhang's approximate Wolfe condition).
  bool is_low(const RayPoint& point) const {
    return falls(point) ||
           (is_finite(point) && std::abs(point.value - start_.value) <= conditions_.noise &&
            point.slope <= (2 * conditions_.c1 - 1) * start_.slope);
  }

  bool is_too_high(const RayPoint& trial, const RayPoint& low) const {
    return !is_low(trial) || trial.value > low.value + conditions_.noise;
  }

  bool is_flat(const RayPoint& point) const {
    return std::abs(point.slope) <= -conditions_.c2 * start_.slope;
  }

  /// Where a function with these values and slopes is stationary: of a cubic, its minimum (equation
  /// 3.59); of a parabola, if the values differ by rounding alone. May be anything, NaN too.
  double stationary(const RayPoint& a, const RayPoint& b) const {
    const double width = b.step - a.step;
    if (std::abs(b.value - a.value) <= conditions_.noise)
      return b.step - width * b.slope / (b.slope - a.slope);
    const double d1 = a.slope + b.slope - 3 * (b.value - a.value) / width;
    const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), width);
    return b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  }

  /// A step beyond `to`, which is good but still falls.
  double beyond(const RayPoint& from, const RayPoint& to) const {
    const double guess = stationary(from, to);
    return std::min(guess > 4 * to.step ? guess : 4 * to.step, 10 * to.step);
  }

  /// A step between both, not near either end; their middle if `halve`.
  double between(const RayPoint& low, const RayPoint& high, bool halve) const {
    const double middle = low.step + (high.step - low.step) / 2;
    if (halve || !is_finite(high)) return middle;
    const double guess = stationary(low, high);
    if (!std::isfinite(guess)) return middle;
    const double margin = std::abs(high.step - low.step) / 10;
    return std::clamp(guess, std::min(low.step, high.step) + margin,
                      std::max(low.step, high.step) - margin);
  }

  /// Algorithm 3.6. `low` is the best step so far and slopes down towards `high`.
  std::optional<RayPoint> zoom(RayPoint low, RayPoint high) {
    double last_width = std::numeric_limits<double>::infinity();
    while (trials_ < most_trials) {
      const double width = std::abs(high.step - low.step);
      const double step = between(low, high, width > 0.66 * last_width);
      if (step == low.step || step == high.step) break;
      last_width = width;
      const RayPoint trial = evaluate(step);
      if (is_too_high(trial, low)) {
        high = trial;
        continue;
      }
      if (is_flat(trial)) return trial;
      if (trial.slope * (high.step - low.step) >= 0) high = low;
      low = trial;
    }
    if (!falls(low)) return std::nullopt;
    return evaluate(low.step);
  }

  const std::function<RayPoint(double)>& at_;
  RayPoint start_;
  WolfeConditions conditions_;
  int trials_ = 0;
};

}  // namespace

std::optional<RayPoint> line_search(const std::function<RayPoint(double step)>& at,
                                    const RayPoint& start, double first,
                                    const WolfeConditions& conditions) {
  return LineSearch(at, start, conditions).run(first);
}

}  // namespace deft
