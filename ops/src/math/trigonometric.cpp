#include <span>

#include <deft/ops/array.hpp>
#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction sin, cos, tan, asin, acos, atan, atan2;
}

namespace {

/// y [a], x [b] -> [broadcast of a and b], of one floating dtype
std::vector<TensorSpec> infer_atan2(const InferContext& context) {
  require_floating(context);
  return infer_binary(context);
}

// In the rules below, x, y and dy have one shape; `gradients` sums an entry of atan2 over the
// dimensions along which its input was broadcast.

std::vector<Output> gradient_sin(const GradientContext& context) {
  return {mul(context.grads[0], cos(context.inputs[0]))};
}

std::vector<Output> gradient_cos(const GradientContext& context) {
  return {neg(mul(context.grads[0], sin(context.inputs[0])))};
}

/// y = tan x: dy/dx = 1 + y^2
std::vector<Output> gradient_tan(const GradientContext& context) {
  return {mul(context.grads[0], add(1, square(context.outputs[0])))};
}

/// dy / sqrt(1 - x^2)
Output over_cosine(const GradientContext& context) {
  const Output& x = context.inputs[0];
  return div(context.grads[0], sqrt(mul(sub(1, x), add(1, x))));
}

std::vector<Output> gradient_asin(const GradientContext& context) { return {over_cosine(context)}; }

std::vector<Output> gradient_acos(const GradientContext& context) {
  return {neg(over_cosine(context))};
}

/// y = atan x: dy/dx = 1 / (1 + x^2)
std::vector<Output> gradient_atan(const GradientContext& context) {
  return {div(context.grads[0], add(1, square(context.inputs[0])))};
}

/// z = atan(y / x): dz/dy = x / (x^2 + y^2), dz/dx = -y / (x^2 + y^2). Squares are of x/s and y/s,
/// with s = max(|x|, |y|): their sum is at least 1, but at (0, 0).
std::vector<Output> gradient_atan2(const GradientContext& context) {
  const Output& y = context.inputs[0];
  const Output& x = context.inputs[1];
  const Output size = maximum(abs(x), abs(y));
  const Output s = where(equal(size, 0), 1, size);
  const Output to_y = div(y, s);
  const Output to_x = div(x, s);
  const Output squares = maximum(add(square(to_x), square(to_y)), 1);
  const Output& dz = context.grads[0];
  return {div(mul(dz, div(to_x, squares)), s), neg(div(mul(dz, div(to_y, squares)), s))};
}

}  // namespace

namespace builtin {

extern constexpr OpDef sin{
    .name = "sin",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_sin,
    .kernel = map_kernel<elements::sin>,
    .form = map_form<elements::sin>,
};

extern constexpr OpDef cos{
    .name = "cos",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_cos,
    .kernel = map_kernel<elements::cos>,
    .form = map_form<elements::cos>,
};

extern constexpr OpDef tan{
    .name = "tan",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_tan,
    .kernel = map_kernel<elements::tan>,
    .form = map_form<elements::tan>,
};

extern constexpr OpDef asin{
    .name = "asin",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_asin,
    .kernel = map_kernel<elements::asin>,
    .form = map_form<elements::asin>,
};

extern constexpr OpDef acos{
    .name = "acos",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_acos,
    .kernel = map_kernel<elements::acos>,
    .form = map_form<elements::acos>,
};

extern constexpr OpDef atan{
    .name = "atan",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_atan,
    .kernel = map_kernel<elements::atan>,
    .form = map_form<elements::atan>,
};

extern constexpr OpDef atan2{
    .name = "atan2",
    .arity = {2, 2},
    .infer = infer_atan2,
    .gradient = gradient_atan2,
    .kernel = map_kernel<elements::atan2>,
    .form = map_form<elements::atan2>,
};

constexpr const OpDef* trigonometric_list[] = {&sin, &cos, &tan, &asin, &acos, &atan, &atan2};
extern constexpr std::span<const OpDef* const> trigonometric_ops = trigonometric_list;

}  // namespace builtin

Output sin(const Output& x, const NodeOptions& options) {
  return add_node(builtin::sin, {x}, {}, options);
}

Output cos(const Output& x, const NodeOptions& options) {
  return add_node(builtin::cos, {x}, {}, options);
}

Output tan(const Output& x, const NodeOptions& options) {
  return add_node(builtin::tan, {x}, {}, options);
}

Output asin(const Output& x, const NodeOptions& options) {
  return add_node(builtin::asin, {x}, {}, options);
}

Output acos(const Output& x, const NodeOptions& options) {
  return add_node(builtin::acos, {x}, {}, options);
}

Output atan(const Output& x, const NodeOptions& options) {
  return add_node(builtin::atan, {x}, {}, options);
}

Output atan2(const Operand& y, const Operand& x, const NodeOptions& options) {
  return add_binary(builtin::atan2, y, x, options);
}

}  // namespace deft
