#include <numbers>
#include <span>

#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>

#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction erf, erfc;
}

namespace {

// In the rules below, x, y and dy have one shape.

/// dy 2 / sqrt(pi) e^(-x^2)
Output times_density(const GradientContext& context) {
  const Output density = exp(neg(square(context.inputs[0])));
  return mul(mul(context.grads[0], 2 * std::numbers::inv_sqrtpi), density);
}

std::vector<Output> gradient_erf(const GradientContext& context) {
  return {times_density(context)};
}

std::vector<Output> gradient_erfc(const GradientContext& context) {
  return {neg(times_density(context))};
}

}  // namespace

namespace builtin {

extern constexpr OpDef erf{
    .name = "erf",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_erf,
    .kernel = map_kernel<elements::erf>,
    .form = map_form<elements::erf>,
};

extern constexpr OpDef erfc{
    .name = "erfc",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_erfc,
    .kernel = map_kernel<elements::erfc>,
    .form = map_form<elements::erfc>,
};

constexpr const OpDef* error_function_list[] = {&erf, &erfc};
extern constexpr std::span<const OpDef* const> error_function_ops = error_function_list;

}  // namespace builtin

Output erf(const Output& x, const NodeOptions& options) {
  return add_node(builtin::erf, {x}, {}, options);
}

Output erfc(const Output& x, const NodeOptions& options) {
  return add_node(builtin::erfc, {x}, {}, options);
}

}  // namespace deft
