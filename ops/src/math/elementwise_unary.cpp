#include <optional>
#include <span>

#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction neg, square, abs, sign, sqrt, rsqrt, exp, log, tanh;
}

namespace {

/// -(-x) = x
std::optional<Rewrite> simplify_neg(const SimplifyContext& context) {
  const Expression x = context.input(0);
  if (x.op != context.self.op) return std::nullopt;
  return Rewrite{.inputs = {x.inputs[0]}};
}

// In the rules below, x, y and dy have one shape.

std::vector<Output> gradient_neg(const GradientContext& context) { return {neg(context.grads[0])}; }

/// y = x^2: dy/dx = 2 x; 2 is taken to dy, which is often a known number.
std::vector<Output> gradient_square(const GradientContext& context) {
  return {mul(mul(context.grads[0], 2), context.inputs[0])};
}

std::vector<Output> gradient_abs(const GradientContext& context) {
  return {mul(context.grads[0], sign(context.inputs[0]))};
}

/// y = x^(1/2): dy/dx = 1 / (2 y)
std::vector<Output> gradient_sqrt(const GradientContext& context) {
  return {div(mul(context.grads[0], 0.5), context.outputs[0])};
}

/// y = x^(-1/2): dy/dx = -y^3 / 2
std::vector<Output> gradient_rsqrt(const GradientContext& context) {
  const Output& y = context.outputs[0];
  return {mul(mul(context.grads[0], -0.5), mul(y, square(y)))};
}

/// y = e^x: dy/dx = y
std::vector<Output> gradient_exp(const GradientContext& context) {
  return {mul(context.grads[0], context.outputs[0])};
}

/// y = log x: dy/dx = 1 / x
std::vector<Output> gradient_log(const GradientContext& context) {
  return {div(context.grads[0], context.inputs[0])};
}

/// y = tanh x: dy/dx = 1 - y^2
std::vector<Output> gradient_tanh(const GradientContext& context) {
  return {mul(context.grads[0], sub(1, square(context.outputs[0])))};
}

}  // namespace

namespace builtin {

extern constexpr OpDef neg{
    .name = "neg",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = gradient_neg,
    .kernel = map_kernel<elements::neg>,
    .simplify = simplify_neg,
    .form = map_form<elements::neg>,
};

extern constexpr OpDef square{
    .name = "square",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = gradient_square,
    .kernel = map_kernel<elements::square>,
    .form = map_form<elements::square>,
};

extern constexpr OpDef abs{
    .name = "abs",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = gradient_abs,
    .kernel = map_kernel<elements::abs>,
    .form = map_form<elements::abs>,
};

extern constexpr OpDef sign{
    .name = "sign",
    .arity = {1, 1},
    .infer = infer_numeric,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::sign>,
    .form = map_form<elements::sign>,
};

extern constexpr OpDef sqrt{
    .name = "sqrt",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_sqrt,
    .kernel = map_kernel<elements::sqrt>,
    .form = map_form<elements::sqrt>,
};

extern constexpr OpDef rsqrt{
    .name = "rsqrt",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_rsqrt,
    .kernel = map_kernel<elements::rsqrt>,
    .form = map_form<elements::rsqrt>,
};

extern constexpr OpDef exp{
    .name = "exp",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_exp,
    .kernel = map_kernel<elements::exp>,
    .form = map_form<elements::exp>,
};

extern constexpr OpDef log{
    .name = "log",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_log,
    .kernel = map_kernel<elements::log>,
    .form = map_form<elements::log>,
};

extern constexpr OpDef tanh{
    .name = "tanh",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_tanh,
    .kernel = map_kernel<elements::tanh>,
    .form = map_form<elements::tanh>,
};

constexpr const OpDef* unary_list[] = {&neg,   &square, &abs, &sign, &sqrt,
                                       &rsqrt, &exp,    &log, &tanh};
extern constexpr std::span<const OpDef* const> unary_ops = unary_list;

}  // namespace builtin

Output neg(const Output& x, const NodeOptions& options) {
  return add_node(builtin::neg, {x}, {}, options);
}

Output square(const Output& x, const NodeOptions& options) {
  return add_node(builtin::square, {x}, {}, options);
}

Output abs(const Output& x, const NodeOptions& options) {
  return add_node(builtin::abs, {x}, {}, options);
}

Output sign(const Output& x, const NodeOptions& options) {
  return add_node(builtin::sign, {x}, {}, options);
}

Output sqrt(const Output& x, const NodeOptions& options) {
  return add_node(builtin::sqrt, {x}, {}, options);
}

Output rsqrt(const Output& x, const NodeOptions& options) {
  return add_node(builtin::rsqrt, {x}, {}, options);
}

Output exp(const Output& x, const NodeOptions& options) {
  return add_node(builtin::exp, {x}, {}, options);
}

Output log(const Output& x, const NodeOptions& options) {
  return add_node(builtin::log, {x}, {}, options);
}

Output tanh(const Output& x, const NodeOptions& options) {
  return add_node(builtin::tanh, {x}, {}, options);
}

}  // namespace deft
