#include <deft/ops/activations.hpp>

#include <cmath>
#include <numbers>
#include <utility>

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

Output selu(const Output& x, const NodeOptions& options) {
  constexpr double scale = 1.0507009873554804934193349852946;
  constexpr double alpha = 1.6732632423543772848170429916717;
  return exponential_unit(Composite(x, "selu", options), x, scale, alpha);
}

Output log_sigmoid(const Output& x, const NodeOptions& options) {
  const Composite made(x, "log_sigmoid", options);
  return neg(made.inside([&] { return softplus(-x); }), made.result());
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
