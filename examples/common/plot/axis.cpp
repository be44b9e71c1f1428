#include "axis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/numbers.hpp"

namespace examples {
namespace {

/// The smallest of 1, 2, 5, 10, 20, ... (times a power of ten) that is not below `value` > 0.
double round_up(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= value) return factor * power;
  }
  return 10.0 * power;
}

/// Digits that tell numbers of size `largest` apart that differ by `step`.
int digits_needed(double largest, double step) {
  return std::clamp(static_cast<int>(std::ceil(std::log10(largest / step))) + 1, 6, 17);
}

/// Ticks at round numbers, at most some 8 in twice `half_range`; `largest` is the size of the
/// values.
void add_ticks(Axis& axis, double half_range, double largest) {
  const double step = round_up(half_range / 4);
  const double first = std::ceil(axis.low / step);
  const double last = std::floor(axis.high / step);
  const int digits = digits_needed(std::max(largest, half_range), step);
  constexpr int max_digits = 9;  // more leave no room beside the axis
  const double origin = digits > max_digits ? 100 * std::floor(first / 100) : 0;
  if (origin != 0)
    axis.offset = (origin < 0 ? " + " : " - ") + rounded(std::fabs(origin * step), digits);
  for (double k = first; k <= last; ++k) {
    const double value = k == 0 ? 0.0 : k * step;         // no -0
    if (value < axis.low || value > axis.high) continue;  // by rounding
    axis.ticks.push_back(
        {value, origin == 0 ? rounded(value, digits) : rounded((k - origin) * step, 6)});
  }
}

}  // namespace

double Axis::position(double value) const {
  if (logarithmic)
    return (std::log10(value) - std::log10(low)) / (std::log10(high) - std::log10(low));
  return (value / 2 - low / 2) / (high / 2 - low / 2);  // halves: the range may exceed DBL_MAX
}

Axis linear_axis(double min, double max) {
  constexpr double limit = std::numeric_limits<double>::max();
  constexpr double negligible = 1e-290;
  const double largest = std::max(std::fabs(min), std::fabs(max));
  const double resolution = std::numeric_limits<double>::epsilon() * largest;
  double half_range = max / 2 - min / 2;
  double margin = std::max(0.08 * half_range, 4 * resolution);
  if (largest < negligible || half_range == 0) {  // all values as good as the same
    half_range = margin = largest < negligible ? 1 : largest / 2;
  }
  Axis axis;
  axis.low = std::max(min - margin, -limit);
  axis.high = std::min(max + margin, limit);

  // Ticks closer than the resolution would stand for the same number.
  add_ticks(axis, std::max(half_range, 4 * resolution), largest);
  return axis;
}

Axis log_axis(double min, double max) {
  Axis axis;
  axis.logarithmic = true;
  axis.low = std::max(min / 1.5, 1e-300);
  axis.high = std::clamp(max, 1.5 * axis.low, 1e300) * 1.5;
  const double decades = std::log10(axis.high) - std::log10(axis.low);
  const int step = 1 + static_cast<int>(decades / 8);
  const auto first = static_cast<int>(std::floor(std::log10(axis.low)));
  for (int exponent = first; exponent <= first + decades + 1; exponent += step) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10.0, exponent);
      const bool wanted = factor == 1.0 || decades < 2;
      if (wanted && value >= axis.low && value <= axis.high) {
        axis.ticks.push_back({value, rounded(value, 6)});
      }
    }
  }
  return axis;
}

}  // namespace examples
