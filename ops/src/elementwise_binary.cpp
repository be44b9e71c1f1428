#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "kernels/elementwise.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [a], y [b] -> [broadcast of a and b], of one numeric dtype
std::vector<TensorSpec> infer_binary(const InferContext& context) {
  require_numeric(context);
  require_same_dtype(context);
  const TensorSpec& x = context.inputs[0];
  const TensorSpec& y = context.inputs[1];
  return {{x.dtype, broadcast_shapes(context, x.shape, y.shape)}};
}

template <BinaryFunction function>
Kernel prepare(const KernelContext& context) {
  return binary_kernel(function, context);
}

// In the rules below, dy has the shape of the result; `gradients` sums an entry over the dimensions
// along which its input was broadcast.

std::vector<Output> gradient_add(const GradientContext& context) {
  const Output& dy = context.grads[0];
  return {dy, dy};
}

std::vector<Output> gradient_sub(const GradientContext& context) {
  const Output& dy = context.grads[0];
  return {dy, neg(dy)};
}

std::vector<Output> gradient_mul(const GradientContext& context) {
  const Output& dy = context.grads[0];
  return {mul(dy, context.inputs[1]), mul(dy, context.inputs[0])};
}

/// z = x / y: dz/dx = 1 / y, dz/dy = -z / y
std::vector<Output> gradient_div(const GradientContext& context) {
  const Output dx = div(context.grads[0], context.inputs[1]);
  return {dx, neg(mul(dx, context.outputs[0]))};
}

/// z = x^y: dz/dx = y x^(y-1), taken as 0 where x = y = 0; dz/dy = z log(x), taken as 0 where
/// x <= 0.
std::vector<Output> gradient_pow(const GradientContext& context) {
  const Output& dy = context.grads[0];
  const Output& x = context.inputs[0];
  const Output& y = context.inputs[1];
  const Output both_zero = equal(add(abs(x), abs(y)), 0);
  const Output exponent = where(both_zero, 0, sub(y, 1));
  const Output log_x = log(where(greater(x, 0), x, 1));
  return {mul(mul(dy, y), pow(x, exponent)), mul(mul(dy, context.outputs[0]), log_x)};
}

std::vector<Output> gradient_maximum(const GradientContext& context) {
  const Output& dy = context.grads[0];
  const Output is_x = greater_equal(context.inputs[0], context.inputs[1]);
  return {where(is_x, dy, 0), where(is_x, 0, dy)};
}

std::vector<Output> gradient_minimum(const GradientContext& context) {
  const Output& dy = context.grads[0];
  const Output is_x = less_equal(context.inputs[0], context.inputs[1]);
  return {where(is_x, dy, 0), where(is_x, 0, dy)};
}

}  // namespace

namespace builtin {

extern constexpr OpDef add{
    .name = "add",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_add,
    .kernel = prepare<BinaryFunction::add>,
};

extern constexpr OpDef sub{
    .name = "sub",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_sub,
    .kernel = prepare<BinaryFunction::sub>,
};

extern constexpr OpDef mul{
    .name = "mul",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_mul,
    .kernel = prepare<BinaryFunction::mul>,
};

extern constexpr OpDef div{
    .name = "div",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_div,
    .kernel = prepare<BinaryFunction::div>,
};

extern constexpr OpDef pow{
    .name = "pow",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_pow,
    .kernel = prepare<BinaryFunction::pow>,
};

extern constexpr OpDef maximum{
    .name = "maximum",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_maximum,
    .kernel = prepare<BinaryFunction::maximum>,
};

extern constexpr OpDef minimum{
    .name = "minimum",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_minimum,
    .kernel = prepare<BinaryFunction::minimum>,
};

}  // namespace builtin

Output add(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::add, x, y, options);
}

Output sub(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::sub, x, y, options);
}

Output mul(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::mul, x, y, options);
}

Output div(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::div, x, y, options);
}

Output pow(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::pow, x, y, options);
}

Output maximum(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::maximum, x, y, options);
}

Output minimum(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::minimum, x, y, options);
}

}  // namespace deft
