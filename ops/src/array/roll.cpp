#include <limits>
#include <optional>
#include <span>
#include <string>

#include <deft/ops/movement.hpp>

#include "kernels/movement/arrangement.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> [s]
std::vector<TensorSpec> infer_roll(const InferContext& context) {
  check_axis(context, context.inputs[0].shape.rank());
  const std::int64_t shift = context.attributes.get<std::int64_t>("shift");
  if (shift == std::numeric_limits<std::int64_t>::min())
    context.fail(ErrorCode::invalid_argument,
                 "the shift " + std::to_string(shift) + " cannot be undone by its opposite",
                 "shift by less");
  return {context.inputs[0]};
}

/// dy moved back
std::vector<Output> gradient_roll(const GradientContext& context) {
  return {roll(context.grads[0], -context.attributes().get<std::int64_t>("shift"),
               context.attributes().get<std::int64_t>("axis"))};
}

/// By how many positions, from 0 on, elements move toward the end of a dimension.
std::int64_t shift_within(const Attributes& attributes, std::int64_t dim) {
  if (dim == 0) return 0;
  const std::int64_t rest = attributes.get<std::int64_t>("shift") % dim;
  return rest < 0 ? rest + dim : rest;
}

std::optional<Rewrite> simplify_roll(const SimplifyContext& context) {
  const Shape& shape = context.self.spec().shape;
  const std::size_t axis = axis_of(*context.self.attributes, shape.rank());
  if (shift_within(*context.self.attributes, shape.dims()[axis]) != 0) return std::nullopt;
  return Rewrite{.inputs = {context.self.inputs[0]}};
}

Kernel prepare_roll(const KernelContext& context) {
  const Shape& shape = context.outputs[0].shape;
  std::vector<AxisMap> axes;
  for (const std::int64_t dim : shape.dims())
    axes.push_back({.rule = AxisMap::Rule::wrap, .in = dim, .out = dim});
  AxisMap& rolled = axes[axis_of(context.attributes, shape.rank())];
  rolled.offset = shift_within(context.attributes, rolled.in);
  return arrangement_kernel(axes, Tensor::zeros(context.outputs[0].dtype, {}), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef roll{
    .name = "roll",
    .arity = {1, 1},
    .infer = infer_roll,
    .gradient = gradient_roll,
    .kernel = prepare_roll,
    .simplify = simplify_roll,
};

constexpr const OpDef* roll_list[] = {&roll};
extern constexpr std::span<const OpDef* const> roll_ops = roll_list;

}  // namespace builtin

Output roll(const Output& x, std::int64_t shift, std::int64_t axis, const NodeOptions& options) {
  return add_node(builtin::roll, {x}, {{"shift", shift}, {"axis", axis}}, options);
}

}  // namespace deft
