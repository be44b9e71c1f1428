#include "kernels/indexing/along_axis.hpp"

#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>

#include "indexing_rules.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// The dimensions to which x and the indices broadcast, but along `axis`, where those of the
/// indices count.
Shape infer_taken(const InferContext& context) {
  require_indices(context, 1);
  const Shape& x = context.inputs[0].shape;
  const Shape& indices = context.inputs[1].shape;
  const std::size_t axis = check_axis(context, x.rank());
  if (indices.rank() != x.rank())
    context.fail(ErrorCode::shape_mismatch,
                 "x has the rank " + std::to_string(x.rank()) + ", the indices " +
                     indices.to_string() + " the rank " + std::to_string(indices.rank()),
                 "give both the same rank, with reshape or expand_dims");
  return broadcast_shapes(context, with_dim(x, axis, 1), indices,
                          "but for the axis of x, the shapes");
}

/// x [.., n, ..], indices [.., m, ..] -> [.., m, ..]
std::vector<TensorSpec> infer_take_along_axis(const InferContext& context) {
  return {{context.inputs[0].dtype, infer_taken(context)}};
}

/// x [.., n, ..], indices [.., m, ..], updates [.., m, ..] -> [.., n, ..]
std::vector<TensorSpec> infer_add_along_axis(const InferContext& context) {
  return infer_added(context, infer_taken(context));
}

std::int64_t axis_of(const GradientContext& context) {
  return context.attributes().get<std::int64_t>("axis");
}

/// dy [.., m, ..], added to where its elements were taken from: [.., n, ..]
std::vector<Output> gradient_take_along_axis(const GradientContext& context) {
  const Output& x = context.inputs[0];
  return {add_along_axis(zeros_like(x), context.inputs[1], context.grads[0], axis_of(context)),
          Output{}};
}

/// dy [.., n, ..] for x; its elements [.., m, ..] for the updates
std::vector<Output> gradient_add_along_axis(const GradientContext& context) {
  const Output& dy = context.grads[0];
  return {dy, Output{}, take_along_axis(dy, context.inputs[1], axis_of(context))};
}

Kernel prepare_take_along_axis(const KernelContext& context) {
  return take_along_axis_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()),
                                Beside::broadcast, context);
}

Kernel prepare_add_along_axis(const KernelContext& context) {
  return combine_along_axis_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()),
                                   Beside::broadcast, Combination::add, context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef take_along_axis{
    .name = "take_along_axis",
    .arity = {2, 2},
    .infer = infer_take_along_axis,
    .gradient = gradient_take_along_axis,
    .kernel = prepare_take_along_axis,
};

extern constexpr OpDef add_along_axis{
    .name = "add_along_axis",
    .arity = {3, 3},
    .infer = infer_add_along_axis,
    .gradient = gradient_add_along_axis,
    .kernel = prepare_add_along_axis,
};

constexpr const OpDef* along_axis_list[] = {&take_along_axis, &add_along_axis};
extern constexpr std::span<const OpDef* const> along_axis_ops = along_axis_list;

}  // namespace builtin

Output take_along_axis(const Output& x, const Output& indices, std::int64_t axis,
                       const NodeOptions& options) {
  return add_node(builtin::take_along_axis, {x, indices}, {{"axis", axis}}, options);
}

Output add_along_axis(const Output& x, const Output& indices, const Output& updates,
                      std::int64_t axis, const NodeOptions& options) {
  return add_node(builtin::add_along_axis, {x, indices, updates}, {{"axis", axis}}, options);
}

}  // namespace deft
