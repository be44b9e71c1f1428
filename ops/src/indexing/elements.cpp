#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>

#include "indexing_rules.hpp"
#include "kernels/indexing/along_axis.hpp"
#include "scatter_reductions.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// The shape of the indices. Refused if they are more than the elements of x along a dimension
/// that is not `axis`.
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
  for (std::size_t i = 0; i < x.rank(); ++i)
    if (i != axis && x.dims()[i] != Shape::unknown && indices.dims()[i] > x.dims()[i])
      context.fail(ErrorCode::shape_mismatch,
                   "dimension " + std::to_string(i) + " of the indices " + indices.to_string() +
                       " is " + std::to_string(indices.dims()[i]) + ", and that of x " +
                       x.to_string() + " only " + std::to_string(x.dims()[i]),
                   "give at most as many indices as x has elements, but along the axis");
  return indices;
}

/// x [.., n, ..], indices [.., m, ..] -> [.., m, ..]
std::vector<TensorSpec> infer_gather_elements(const InferContext& context) {
  return {{context.inputs[0].dtype, infer_taken(context)}};
}

/// x [.., n, ..], indices [.., m, ..], updates [.., m, ..] -> [.., n, ..]
std::vector<TensorSpec> infer_scatter_elements(const InferContext& context) {
  return infer_combined(context, infer_taken(context));
}

std::int64_t axis_of(const GradientContext& context) {
  return context.attributes().get<std::int64_t>("axis");
}

/// dy [.., m, ..], added to where its elements were taken from: [.., n, ..]
std::vector<Output> gradient_gather_elements(const GradientContext& context) {
  return {scatter_elements(zeros_like(context.inputs[0]), context.inputs[1], context.grads[0],
                           axis_of(context), ScatterReduction::add),
          {}};
}

/// dy [.., n, ..] -> x [.., n, ..] and updates [.., m, ..]
std::vector<Output> gradient_scatter_elements(const GradientContext& context) {
  const std::int64_t axis = axis_of(context);
  const Output& indices = context.inputs[1];
  return gradient_of_scatter(
      context, {[&](const Output& x) { return gather_elements(x, indices, axis); },
                [&](const Output& x, const Output& updates, ScatterReduction reduction) {
                  return scatter_elements(x, indices, updates, axis, reduction);
                }});
}

Kernel prepare_gather_elements(const KernelContext& context) {
  return take_along_axis_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()),
                                Beside::aligned, context);
}

Kernel prepare_scatter_elements(const KernelContext& context) {
  return combine_along_axis_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()),
                                   Beside::aligned, combination_of(context.attributes), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef gather_elements{
    .name = "gather_elements",
    .arity = {2, 2},
    .infer = infer_gather_elements,
    .gradient = gradient_gather_elements,
    .kernel = prepare_gather_elements,
};

extern constexpr OpDef scatter_elements{
    .name = "scatter_elements",
    .arity = {3, 3},
    .infer = infer_scatter_elements,
    .gradient = gradient_scatter_elements,
    .kernel = prepare_scatter_elements,
};

extern constexpr OpDef scatter_elements_multiply{
    .name = "scatter_elements_multiply",
    .arity = {3, 3},
    .infer = infer_scatter_elements,
    .no_gradient = scattered_products_have_no_gradient,
    .kernel = prepare_scatter_elements,
};

constexpr const OpDef* element_list[] = {&gather_elements, &scatter_elements,
                                         &scatter_elements_multiply};
extern constexpr std::span<const OpDef* const> element_ops = element_list;

}  // namespace builtin

Output gather_elements(const Output& x, const Output& indices, std::int64_t axis,
                       const NodeOptions& options) {
  return add_node(builtin::gather_elements, {x, indices}, {{"axis", axis}}, options);
}

Output scatter_elements(const Output& x, const Output& indices, const Output& updates,
                        std::int64_t axis, ScatterReduction reduction, const NodeOptions& options) {
  const OpDef& op = reduction == ScatterReduction::multiply ? builtin::scatter_elements_multiply
                                                            : builtin::scatter_elements;
  return add_node(op, {x, indices, updates},
                  {{"axis", axis}, {"reduction", to_attribute(reduction)}}, options);
}

Output update_along_axis(const Output& x, const Output& indices, const Output& updates,
                         std::int64_t axis, const NodeOptions& options) {
  return scatter_elements(x, indices, updates, axis, ScatterReduction::update, options);
}

}  // namespace deft
