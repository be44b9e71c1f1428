#include <span>

#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

// Divisions with a rest; `div` stands with the arithmetic.

namespace deft {

namespace elements {
extern const ElementFunction floor_div, floor_mod, trunc_mod;
}

namespace {

// In the rules below, dy has the shape of the result z; `gradients` sums an entry over the
// dimensions along which its input was broadcast.

/// z = x - y floor(x / y)
std::vector<Output> gradient_floor_mod(const GradientContext& context) {
  const Output& dy = context.grads[0];
  return {dy, neg(mul(dy, floor_div(context.inputs[0], context.inputs[1])))};
}

/// z = x - y q with q = trunc(x / y), of which x / y, once rounded, may be on the other side.
std::vector<Output> gradient_trunc_mod(const GradientContext& context) {
  const Output& dy = context.grads[0];
  const Output q = round(div(sub(context.inputs[0], context.outputs[0]), context.inputs[1]));
  return {dy, neg(mul(dy, q))};
}

}  // namespace

namespace builtin {

extern constexpr OpDef floor_div{
    .name = "floor_div",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::floor_div>,
    .form = map_form<elements::floor_div>,
};

extern constexpr OpDef floor_mod{
    .name = "floor_mod",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_floor_mod,
    .kernel = map_kernel<elements::floor_mod>,
    .form = map_form<elements::floor_mod>,
};

extern constexpr OpDef trunc_mod{
    .name = "trunc_mod",
    .arity = {2, 2},
    .infer = infer_binary,
    .gradient = gradient_trunc_mod,
    .kernel = map_kernel<elements::trunc_mod>,
    .form = map_form<elements::trunc_mod>,
};

constexpr const OpDef* division_list[] = {&floor_div, &floor_mod, &trunc_mod};
extern constexpr std::span<const OpDef* const> division_ops = division_list;

}  // namespace builtin

Output floor_div(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::floor_div, x, y, options);
}

Output floor_mod(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::floor_mod, x, y, options);
}

Output trunc_mod(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::trunc_mod, x, y, options);
}

}  // namespace deft
