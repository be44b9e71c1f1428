#pragma once

#include <string>
#include <vector>

namespace examples {

/// One axis of a plot: where values lie on it, and which of them are marked.
struct Axis {
  struct Tick {
    double value;
    std::string label;
  };

  double low = 0;
  double high = 1;
  bool logarithmic = false;
  std::vector<Tick> ticks;
  std::string offset;  // what the labels leave out, to follow the axis's name: " - 1.7e+18"

  /// 0 at the low end, 1 at the high end.
  double position(double value) const;
};

/// An axis for the finite values from `min` to `max`, with a margin and ticks at round numbers. Far
/// from zero, where those have many digits, the labels count from a round number nearby.
Axis linear_axis(double min, double max);

/// An axis for the positive values from `min` to `max`, with a margin and ticks at powers of ten.
Axis log_axis(double min, double max);

}  // namespace examples
