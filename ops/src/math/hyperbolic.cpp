#include <span>

#include <deft/ops/array.hpp>
#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>

#include "shape_rules.hpp"

// Exponentials and logarithms beside 1, and hyperbolic functions, which are made of them.

namespace deft {

namespace elements {
extern const ElementFunction expm1, log1p, sinh, cosh, asinh, acosh, atanh;
}

namespace {

// In the rules below, x, y and dy have one shape.

/// y = e^x - 1: dy/dx = e^x, which y + 1 would not know to all digits
std::vector<Output> gradient_expm1(const GradientContext& context) {
  return {mul(context.grads[0], exp(context.inputs[0]))};
}

std::vector<Output> gradient_log1p(const GradientContext& context) {
  return {div(context.grads[0], add(1, context.inputs[0]))};
}

std::vector<Output> gradient_sinh(const GradientContext& context) {
  return {mul(context.grads[0], cosh(context.inputs[0]))};
}

std::vector<Output> gradient_cosh(const GradientContext& context) {
  return {mul(context.grads[0], sinh(context.inputs[0]))};
}

/// y = asinh x: dy/dx = (1 + x^2)^(-1/2), which is 1 / |x| where 1 is lost beside x^2.
std::vector<Output> gradient_asinh(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output size = abs(x);
  const Output is_large = greater(size, 0x1p30);
  const Output root = sqrt(add(1, square(where(is_large, 1, x))));
  return {div(context.grads[0], where(is_large, size, root))};
}

/// y = acosh x: dy/dx = (x^2 - 1)^(-1/2)
std::vector<Output> gradient_acosh(const GradientContext& context) {
  const Output& x = context.inputs[0];
  return {div(context.grads[0], mul(sqrt(sub(x, 1)), sqrt(add(x, 1))))};
}

/// y = atanh x: dy/dx = 1 / (1 - x^2)
std::vector<Output> gradient_atanh(const GradientContext& context) {
  const Output& x = context.inputs[0];
  return {div(context.grads[0], mul(sub(1, x), add(1, x)))};
}

}  // namespace

namespace builtin {

extern constexpr OpDef expm1{
    .name = "expm1",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_expm1,
    .kernel = map_kernel<elements::expm1>,
    .form = map_form<elements::expm1>,
};

extern constexpr OpDef log1p{
    .name = "log1p",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_log1p,
    .kernel = map_kernel<elements::log1p>,
    .form = map_form<elements::log1p>,
};

extern constexpr OpDef sinh{
    .name = "sinh",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_sinh,
    .kernel = map_kernel<elements::sinh>,
    .form = map_form<elements::sinh>,
};

extern constexpr OpDef cosh{
    .name = "cosh",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_cosh,
    .kernel = map_kernel<elements::cosh>,
    .form = map_form<elements::cosh>,
};

extern constexpr OpDef asinh{
    .name = "asinh",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_asinh,
    .kernel = map_kernel<elements::asinh>,
    .form = map_form<elements::asinh>,
};

extern constexpr OpDef acosh{
    .name = "acosh",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_acosh,
    .kernel = map_kernel<elements::acosh>,
    .form = map_form<elements::acosh>,
};

extern constexpr OpDef atanh{
    .name = "atanh",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_atanh,
    .kernel = map_kernel<elements::atanh>,
    .form = map_form<elements::atanh>,
};

constexpr const OpDef* hyperbolic_list[] = {&expm1, &log1p, &sinh, &cosh, &asinh, &acosh, &atanh};
extern constexpr std::span<const OpDef* const> hyperbolic_ops = hyperbolic_list;

}  // namespace builtin

Output expm1(const Output& x, const NodeOptions& options) {
  return add_node(builtin::expm1, {x}, {}, options);
}

Output log1p(const Output& x, const NodeOptions& options) {
  return add_node(builtin::log1p, {x}, {}, options);
}

Output sinh(const Output& x, const NodeOptions& options) {
  return add_node(builtin::sinh, {x}, {}, options);
}

Output cosh(const Output& x, const NodeOptions& options) {
  return add_node(builtin::cosh, {x}, {}, options);
}

Output asinh(const Output& x, const NodeOptions& options) {
  return add_node(builtin::asinh, {x}, {}, options);
}

Output acosh(const Output& x, const NodeOptions& options) {
  return add_node(builtin::acosh, {x}, {}, options);
}

Output atanh(const Output& x, const NodeOptions& options) {
  return add_node(builtin::atanh, {x}, {}, options);
}

}  // namespace deft
