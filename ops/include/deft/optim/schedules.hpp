#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// A rate as a function of the number of updates made before, an f64 scalar that is 0 at the first
/// one. The rate is an f64 scalar too. Schedules build graph, and so are part of the step.
using Schedule = std::function<Output(const Output& count)>;

/// The learning rate of an optimizer: a number; a floating scalar Output, such as a variable that
/// the program sets; or a Schedule.
class Rate {
 public:
  template <class T>
  requires std::floating_point<T> || std::integral<T> Rate(T value)
      : rate_(static_cast<double>(value)) {}
  Rate(Output value) : rate_(std::move(value)) {}
  Rate(Schedule schedule) : rate_(std::move(schedule)) {}
  template <class F>
  requires std::is_invocable_r_v<Output, F, const Output&> Rate(F schedule)
      : rate_(Schedule(std::move(schedule))) {}

  /// The rate, an f64 scalar, of the update with this count.
  Output at(const Output& count) const;

 private:
  std::variant<double, Output, Schedule> rate_;
};

Schedule constant_rate(double rate);

/// rate * factor^floor(count / every).
struct StepDecayOptions {
  std::int64_t every = 1;
  double factor = 0.1;
};
Schedule step_decay(double rate, const StepDecayOptions& options);

/// rate * factor^(count / steps), not below `end` (above, for a factor over 1).
struct ExponentialDecayOptions {
  double steps = 1;
  double factor = 0.9;
  double end = 0;
};
Schedule exponential_decay(double rate, const ExponentialDecayOptions& options);

/// (rate - end) (1 - count / steps)^power + end, and `end` from `steps` on.
struct PolynomialDecayOptions {
  double steps = 1;
  double end = 0;
  double power = 1;
};
Schedule polynomial_decay(double rate, const PolynomialDecayOptions& options);

/// Linear from 0 to `peak` over `warmup` updates; then along half a cosine, which ends in `end` at
/// `steps`, and `end` from there on (I. Loshchilov and F. Hutter, "SGDR: stochastic gradient
/// descent with warm restarts", 2017).
struct CosineDecayOptions {
  double steps = 1;  // the warm-up among them
  double warmup = 0;
  double end = 0;
};
Schedule cosine_decay(double peak, const CosineDecayOptions& options);

/// The rate of `schedule`, counted from its end on, after `steps` updates that rise linearly from
/// `from` to its first rate.
Schedule warm_up(Schedule schedule, double steps, double from = 0);

/// values[i] where boundaries[i - 1] <= count < boundaries[i]: one value more than boundaries,
/// which rise.
Schedule piecewise_constant(std::vector<double> boundaries, std::vector<double> values);

/// schedules[i] where boundaries[i - 1] <= count < boundaries[i], counted from boundaries[i - 1]
/// on: one schedule more than boundaries, which rise.
Schedule join(std::vector<Schedule> schedules, std::vector<double> boundaries);

}  // namespace deft
