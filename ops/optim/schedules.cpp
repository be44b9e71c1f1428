#include <deft/optim/schedules.hpp>

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>

namespace deft {
namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& cure) {
  throw ValueError({.code = ErrorCode::invalid_argument, .message = message, .cure = cure});
}

void require_positive(const char* what, double value) {
  if (!(value > 0) || !std::isfinite(value))
    refuse(std::string("a schedule has ") + what + " " + std::to_string(value),
           "give a number above 0");
}

void require_parts(std::size_t parts, const std::vector<double>& boundaries) {
  if (parts != boundaries.size() + 1)
    refuse(std::to_string(parts) + " parts of a schedule are given for " +
               std::to_string(boundaries.size()) + " boundaries",
           "give one part more than boundaries");
  for (std::size_t i = 1; i < boundaries.size(); ++i)
    if (!(boundaries[i - 1] < boundaries[i]))
      refuse("boundary " + std::to_string(i) + " of a schedule is " +
                 std::to_string(boundaries[i]) + ", after " + std::to_string(boundaries[i - 1]),
             "let boundaries rise");
}

Output number(const Output& count, double value) {
  return constant(count.graph(), Tensor::scalar(value));
}

/// How much of `steps` is over, at most 1.
Output share_of(const Output& count, double steps) { return minimum(count / steps, 1.0); }

}  // namespace

Output Rate::at(const Output& count) const {
  if (const auto* value = std::get_if<double>(&rate_)) return number(count, *value);
  const auto* given = std::get_if<Output>(&rate_);
  if (given == nullptr && !std::get<Schedule>(rate_))
    refuse("a schedule is empty", "give it a function of the count");
  const Output rate = given != nullptr ? *given : std::get<Schedule>(rate_)(count);
  if (rate.shape().rank() != 0 || !is_floating(rate.dtype()))
    refuse("a rate is " + to_string(rate) + ", but must be a floating scalar",
           "give one number for all");
  return rate.dtype() == DType::f64 ? rate : cast(rate, DType::f64);
}

Schedule constant_rate(double rate) {
  return [=](const Output& count) { return number(count, rate); };
}

Schedule step_decay(double rate, const StepDecayOptions& options) {
  require_positive("steps of", static_cast<double>(options.every));
  return [=](const Output& count) {
    return rate *
           pow(number(count, options.factor), floor(count / static_cast<double>(options.every)));
  };
}

Schedule exponential_decay(double rate, const ExponentialDecayOptions& options) {
  require_positive("steps of", options.steps);
  return [=](const Output& count) {
    const Output decayed = rate * pow(number(count, options.factor), count / options.steps);
    return options.factor > 1 && options.end == 0 ? decayed
           : options.factor > 1                   ? minimum(decayed, options.end)
                                                  : maximum(decayed, options.end);
  };
}

Schedule polynomial_decay(double rate, const PolynomialDecayOptions& options) {
  require_positive("steps of", options.steps);
  return [=](const Output& count) {
    const Output left = 1.0 - share_of(count, options.steps);
    return (rate - options.end) * pow(left, options.power) + options.end;
  };
}

Schedule cosine_decay(double peak, const CosineDecayOptions& options) {
  require_positive("steps after its warm-up of", options.steps - options.warmup);
  const double steps = options.steps - options.warmup;
  const Schedule decay = [=](const Output& count) {
    const Output share = 0.5 * (1.0 + cos(std::numbers::pi * share_of(count, steps)));
    return (peak - options.end) * share + options.end;
  };
  return options.warmup == 0 ? decay : warm_up(decay, options.warmup);
}

Schedule warm_up(Schedule schedule, double steps, double from) {
  require_positive("steps of", steps);
  return [=, after = std::move(schedule)](const Output& count) {
    const Output peak = after(number(count, 0));
    const Output rising = from + (peak - from) * (count / steps);
    return where(count < steps, rising, after(maximum(count - steps, 0.0)));
  };
}

Schedule piecewise_constant(std::vector<double> boundaries, std::vector<double> values) {
  require_parts(values.size(), boundaries);
  std::vector<Schedule> parts;
  parts.reserve(values.size());
  for (const double value : values) parts.push_back(constant_rate(value));
  return join(std::move(parts), std::move(boundaries));
}

Schedule join(std::vector<Schedule> schedules, std::vector<double> boundaries) {
  require_parts(schedules.size(), boundaries);
  return [parts = std::move(schedules), at = std::move(boundaries)](const Output& count) {
    Output rate = parts[0](count);
    for (std::size_t i = 0; i < at.size(); ++i)
      rate = where(count < at[i], rate, parts[i + 1](maximum(count - at[i], 0.0)));
    return rate;
  };
}

}  // namespace deft
