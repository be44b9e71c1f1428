#include <deft/ops/activations.hpp>

#include <cmath>
#include <numbers>
#include <string>
#include <tuple>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>

namespace deft {
namespace {

/// scale x where x > 0, else scale alpha (e^x - 1), of which the exponent is at most 0, so that
/// what is not taken is finite.
Output exponential_unit(const Composite& made, const Output& x, double scale, double alpha) {
  const auto [linear, curved] = made.inside([&] {
    const Output below = expm1(minimum(x, 0));
    const Output curve = alpha * scale == 1 ? below : below * (alpha * scale);
    return std::pair(scale == 1 ? x : x * scale, curve);
  });
  return where(made.inside([&] { return greater(x, 0); }), linear, curved, made.result());
}

}  // namespace

/// Where both operands are equal the gradient goes to the first one, which is the constant.
Output relu(const Output& x, const NodeOptions& options) {
  const Composite made(x, "relu", options);
  return maximum(0, x, made.result());
}

Output leaky_relu(const Output& x, const SlopeOptions& options) {
  const Composite made(x, "leaky_relu", {options.name, options.where});
  const auto [above, sloped] =
      made.inside([&] { return std::pair(greater(x, 0), x * options.alpha); });
  return where(above, x, sloped, made.result());
}

Output elu(const Output& x, const SlopeOptions& options) {
  return exponential_unit(Composite(x, "elu", {options.name, options.where}), x, 1, options.alpha);
}

Output selu(const Output& x, const SeluOptions& options) {
  return exponential_unit(Composite(x, "selu", {options.name, options.where}), x, options.scale,
                          options.alpha);
}

Output celu(const Output& x, const SlopeOptions& options) {
  const Composite made(x, "celu", {options.name, options.where});
  const double alpha = options.alpha;
  if (alpha == 0 || alpha != alpha)
    made.refuse(ErrorCode::invalid_argument, "alpha is " + std::to_string(alpha),
                "give a number other than 0; relu is the limit for small ones");
  const auto [above, curve] =
      made.inside([&] { return std::pair(greater(x, 0), expm1(minimum(x, 0) / alpha) * alpha); });
  return where(above, x, curve, made.result());
}

/// What a slope is multiplied by is 0 where it does not count, so that an infinite x gives it no
/// NaN.
Output prelu(const Output& x, const Output& slope, const NodeOptions& options) {
  const Composite made(x, "prelu", options);
  const auto [above, sloped] = made.inside(
      [&] { return std::pair(greater(x, 0), minimum(x, 0) * broadcast_like(slope, x)); });
  return where(above, x, sloped, made.result());
}

/// NaN is not below the threshold.
Output thresholded_relu(const Output& x, const SlopeOptions& options) {
  const Composite made(x, "thresholded_relu", {options.name, options.where});
  return where(made.inside([&] { return less_equal(x, options.alpha); }), 0, x, made.result());
}

/// NaN is on no side of a bound, and is left to the last branch.
Output shrink(const Output& x, const ShrinkOptions& options) {
  const Composite made(x, "shrink", {options.name, options.where});
  const auto [below, raised, others] = made.inside([&] {
    const Output lowered = x - options.bias;
    return std::tuple(less(x, -options.lambda), x + options.bias,
                      where(less_equal(x, options.lambda), 0, lowered));
  });
  return where(below, raised, others, made.result());
}

Output log_sigmoid(const Output& x, const NodeOptions& options) {
  const Composite made(x, "log_sigmoid", options);
  return neg(made.inside([&] { return softplus(-x); }), made.result());
}

Output hard_sigmoid(const Output& x, const HardSigmoidOptions& options) {
  const Composite made(x, "hard_sigmoid", {options.name, options.where});
  return clip(made.inside([&] { return x * options.alpha + options.beta; }), 0, 1, made.result());
}

Output softsign(const Output& x, const NodeOptions& options) {
  const Composite made(x, "softsign", options);
  return div(x, made.inside([&] { return abs(x) + 1; }), made.result());
}

Output swish(const Output& x, const SlopeOptions& options) {
  const Composite made(x, "swish", {options.name, options.where});
  return mul(x, made.inside([&] { return sigmoid(x * options.alpha); }), made.result());
}

Output hard_swish(const Output& x, const NodeOptions& options) {
  const Composite made(x, "hard_swish", options);
  const Output share =
      made.inside([&] { return hard_sigmoid(x, {.alpha = 1.0 / 6, .beta = 0.5}); });
  return mul(x, share, made.result());
}

Output mish(const Output& x, const NodeOptions& options) {
  const Composite made(x, "mish", options);
  return mul(x, made.inside([&] { return tanh(softplus(x)); }), made.result());
}

Output silu(const Output& x, const NodeOptions& options) {
  const Composite made(x, "silu", options);
  return mul(x, made.inside([&] { return sigmoid(x); }), made.result());
}

/// The probability is erfc(-x / sqrt(2)) / 2, which is accurate where it is small.
Output gelu(const Output& x, const GeluOptions& options) {
  const Composite made(x, "gelu", {options.name, options.where});
  const Output twice = made.inside([&] {
    if (!options.approximate) return erfc(x * (-std::numbers::sqrt2 / 2));
    const double slope = std::sqrt(2 / std::numbers::pi);
    return 1 + tanh((x + x * square(x) * 0.044715) * slope);
  });
  return mul(made.inside([&] { return x * 0.5; }), twice, made.result());
}

}  // namespace deft
