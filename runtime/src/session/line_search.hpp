#pragma once

#include <functional>
#include <optional>

namespace deft {

/// A function and its derivative at one step along a ray.
struct RayPoint {
  double step = 0;
  double value = 0;
  double slope = 0;
};

/// What a step must satisfy: the strong Wolfe conditions, value <= value(0) + c1 step slope(0) and
/// |slope| <= c2 |slope(0)|; differences of values up to `noise` are taken for rounding.
struct WolfeConditions {
  double c1 = 1e-4;
  double c2 = 0.9;
  double noise = 0;
};

/// The last point that `at` was asked for: it satisfies the conditions, or after many trials the
/// first of them alone. Nothing if no step does. `start` is step 0, with a negative slope; `first`
/// > 0 is the step to try first. Points that are not finite count as too far.
///
/// J. Nocedal and S. Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6.
std::optional<RayPoint> line_search(const std::function<RayPoint(double step)>& at,
                                    const RayPoint& start, double first,
                                    const WolfeConditions& conditions);

}  // namespace deft
