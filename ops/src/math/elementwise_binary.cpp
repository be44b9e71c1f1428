#include <optional>
#include <span>
#include <utility>

#include <deft/ops/array.hpp>
#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>

#include "identities.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction add, sub, mul, div, pow, maximum, minimum;
}

namespace {

/// The other input, if input `i` is `value` everywhere and so changes nothing.
std::optional<Rewrite> without(const SimplifyContext& context, std::size_t i, double value) {
  const std::size_t other = 1 - i;
  const Expression made = context.input(other);
  const bool same = made.spec() == context.self.spec();
  if (!same || !is_all(context.input(i).constant, value)) return std::nullopt;
  return Rewrite{.inputs = {context.self.inputs[other]}};
}

/// x + -0 = x; x + 0 would make 0 of -0. Integers have one zero.
std::optional<Rewrite> simplify_add(const SimplifyContext& context) {
  const double zero = is_floating(context.self.outputs[0].dtype) ? -0.0 : 0.0;
  auto found = without(context, 1, zero);
  return found ? std::move(found) : without(context, 0, zero);
}

/// x - 0 = x
std::optional<Rewrite> simplify_sub(const SimplifyContext& context) {
  return without(context, 1, 0.0);
}

/// x * 1 = x
std::optional<Rewrite> simplify_mul(const SimplifyContext& context) {
  auto found = without(context, 1, 1.0);
  return found ? std::move(found) : without(context, 0, 1.0);
}

/// x / 1 = x
std::optional<Rewrite> simplify_div(const SimplifyContext& context) {
  return without(context, 1, 1.0);
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

/// dy dz/dx = dy y x^(y-1) of z = x^y. Where y = 0 and 1 / x is infinite it would be 0 times
/// infinity: there it is 0, as dy y/s x^0. Differentiated by y, that gives 1 / s, which is what
/// x^(y-1) is there: s is the least number, with the sign of x. Where x = y = 0, s = 1.
Output gradient_pow_of_base(const Output& dy, const Output& x, const Output& y) {
  const bool f32 = x.dtype() == DType::f32;
  const double infinite_up_to = f32 ? 0x1p-128 : 0x1p-1024;  // |x|, for 1 / |x|
  const double least = f32 ? 0x1p-149 : 0x1p-1074;
  const Output corner = less_equal(abs(x), where(equal(y, 0), number_like(x, infinite_up_to), -1));
  const Output s = where(corner, where(equal(x, 0), 1, mul(sign(x), least)), 1);
  const Output exponent = where(corner, 0, sub(y, 1));
  return mul(mul(dy, div(y, s)), pow(x, exponent));
}

/// dy dz/dy = dy z log(x) of z = x^y, taken as dy z 0 where x < 0, and where x = 0 unless y < 0:
/// then x is as good as the positive numbers beside it.
Output gradient_pow_of_exponent(const Output& dy, const Output& x, const Output& y,
                                const Output& z) {
  const double below_zero = x.dtype() == DType::f32 ? -0x1p-149 : -0x1p-1074;
  const Output has_log = greater(x, where(less(y, 0), number_like(x, below_zero), 0));
  return mul(mul(dy, z), log(where(has_log, x, 1)));
}

std::vector<Output> gradient_pow(const GradientContext& context) {
  const Output& dy = context.grads[0];
  const Output& x = context.inputs[0];
  const Output& y = context.inputs[1];
  return {gradient_pow_of_base(dy, x, y), gradient_pow_of_exponent(dy, x, y, context.outputs[0])};
}

/// dy goes to the operand that is the extreme. Where that is NaN, neither comparison holds, and
/// both gradients are NaN.
std::vector<Output> gradient_extreme(const GradientContext& context, const Output& is_x,
                                     const Output& is_y) {
  const Output& dy = context.grads[0];
  const Output elsewhere = zero_or_nan(context.outputs[0]);
  return {where(is_x, dy, elsewhere), where(is_y, dy, elsewhere)};
}

std::vector<Output> gradient_maximum(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output& y = context.inputs[1];
  return gradient_extreme(context, greater_equal(x, y), less(x, y));
}

std::vector<Output> gradient_minimum(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output& y = context.inputs[1];
  return gradient_extreme(context, less_equal(x, y), greater(x, y));
}

}  // namespace

namespace builtin {

extern constexpr OpDef add{
    .name = "add",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_add,
    .kernel = map_kernel<elements::add>,
    .simplify = simplify_add,
    .form = map_form<elements::add>,
};

extern constexpr OpDef sub{
    .name = "sub",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_sub,
    .kernel = map_kernel<elements::sub>,
    .simplify = simplify_sub,
    .form = map_form<elements::sub>,
};

extern constexpr OpDef mul{
    .name = "mul",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_mul,
    .kernel = map_kernel<elements::mul>,
    .simplify = simplify_mul,
    .form = map_form<elements::mul>,
};

extern constexpr OpDef div{
    .name = "div",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_div,
    .kernel = map_kernel<elements::div>,
    .simplify = simplify_div,
    .form = map_form<elements::div>,
};

extern constexpr OpDef pow{
    .name = "pow",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_pow,
    .kernel = map_kernel<elements::pow>,
    .form = map_form<elements::pow>,
};

extern constexpr OpDef maximum{
    .name = "maximum",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_maximum,
    .kernel = map_kernel<elements::maximum>,
    .form = map_form<elements::maximum>,
};

extern constexpr OpDef minimum{
    .name = "minimum",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_minimum,
    .kernel = map_kernel<elements::minimum>,
    .form = map_form<elements::minimum>,
};

constexpr const OpDef* binary_list[] = {&add, &sub, &mul, &div, &pow, &maximum, &minimum};
extern constexpr std::span<const OpDef* const> binary_ops = binary_list;

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
