#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>

#include "indexing_rules.hpp"
#include "kernels/indexing/indexed_rows.hpp"
#include "scatter_reductions.hpp"

namespace deft {
namespace {

/// What tuples of indices name. Their length decides the rank of the result, so it must be known.
Shape infer_taken(const InferContext& context) {
  require_indices(context, 1);
  const Shape& x = context.inputs[0].shape;
  const Shape& indices = context.inputs[1].shape;
  if (indices.rank() == 0 || indices.dims().back() == Shape::unknown)
    context.fail(ErrorCode::invalid_argument,
                 "the indices have the shape " + indices.to_string() +
                     ", but their last dimension, which is as long as a tuple, must be known",
                 "give the length of a tuple; reshape does");
  const std::int64_t depth = indices.dims().back();
  if (depth > static_cast<std::int64_t>(x.rank()))
    context.fail(ErrorCode::shape_mismatch,
                 "the indices " + indices.to_string() + " hold tuples of " + std::to_string(depth) +
                     ", but x has the rank " + std::to_string(x.rank()),
                 "address at most all dimensions");
  std::vector<std::int64_t> dims(indices.dims().begin(), indices.dims().end() - 1);
  dims.insert(dims.end(), x.dims().begin() + depth, x.dims().end());
  if (dims.size() > Shape::max_rank)
    context.fail(ErrorCode::invalid_argument,
                 "the indices " + indices.to_string() + " into x " + x.to_string() +
                     " give the rank " + std::to_string(dims.size()) + ", and none is over " +
                     std::to_string(Shape::max_rank),
                 "merge dimensions with reshape");
  return Shape(dims);
}

/// x [n_1, ..., n_k, b...], indices [i..., k] -> [i..., b...]
std::vector<TensorSpec> infer_gather_nd(const InferContext& context) {
  return {{context.inputs[0].dtype, infer_taken(context)}};
}

/// x [n_1, ..., n_k, b...], indices [i..., k], updates [i..., b...] -> [n_1, ..., n_k, b...]
std::vector<TensorSpec> infer_scatter_nd_add(const InferContext& context) {
  return infer_added(context, infer_taken(context));
}

/// The same, of the attribute "reduction"
std::vector<TensorSpec> infer_scatter_nd_reduce(const InferContext& context) {
  return infer_combined(context, infer_taken(context));
}

/// dy [i..., b...], added to where its parts were taken from: [n_1, ..., n_k, b...]
std::vector<Output> gradient_gather_nd(const GradientContext& context) {
  return {scatter_nd_add(zeros_like(context.inputs[0]), context.inputs[1], context.grads[0]),
          Output{}};
}

/// dy [n_1, ..., n_k, b...] for x; its parts [i..., b...] for the updates
std::vector<Output> gradient_scatter_nd_add(const GradientContext& context) {
  const Output& dy = context.grads[0];
  return {dy, Output{}, gather_nd(dy, context.inputs[1])};
}

/// dy [n_1, ..., n_k, b...] -> x [n_1, ..., n_k, b...] and updates [i..., b...]
std::vector<Output> gradient_scatter_nd_reduce(const GradientContext& context) {
  const Output& indices = context.inputs[1];
  return gradient_of_scatter(
      context, {[&](const Output& x) { return gather_nd(x, indices); },
                [&](const Output& x, const Output& updates, ScatterReduction reduction) {
                  return scatter_nd_reduce(x, indices, updates, reduction);
                }});
}

IndexedRows rows_of(const KernelContext& context) {
  return IndexedRows::leading(context.inputs[0].shape, context.inputs[1].shape);
}

Kernel prepare_gather_nd(const KernelContext& context) {
  return gather_rows_kernel(rows_of(context), context);
}

Kernel prepare_scatter_nd_add(const KernelContext& context) {
  return combine_rows_kernel(rows_of(context), Combination::add, context);
}

Kernel prepare_scatter_nd_reduce(const KernelContext& context) {
  return combine_rows_kernel(rows_of(context), combination_of(context.attributes), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef gather_nd{
    .name = "gather_nd",
    .arity = {2, 2},
    .infer = infer_gather_nd,
    .gradient = gradient_gather_nd,
    .kernel = prepare_gather_nd,
};

extern constexpr OpDef scatter_nd_add{
    .name = "scatter_nd_add",
    .arity = {3, 3},
    .infer = infer_scatter_nd_add,
    .gradient = gradient_scatter_nd_add,
    .kernel = prepare_scatter_nd_add,
};

extern constexpr OpDef scatter_nd_reduce{
    .name = "scatter_nd_reduce",
    .arity = {3, 3},
    .infer = infer_scatter_nd_reduce,
    .gradient = gradient_scatter_nd_reduce,
    .kernel = prepare_scatter_nd_reduce,
};

extern constexpr OpDef scatter_nd_multiply{
    .name = "scatter_nd_multiply",
    .arity = {3, 3},
    .infer = infer_scatter_nd_reduce,
    .no_gradient = scattered_products_have_no_gradient,
    .kernel = prepare_scatter_nd_reduce,
};

constexpr const OpDef* gather_nd_list[] = {&gather_nd, &scatter_nd_add, &scatter_nd_reduce,
                                           &scatter_nd_multiply};
extern constexpr std::span<const OpDef* const> gather_nd_ops = gather_nd_list;

}  // namespace builtin

Output gather_nd(const Output& x, const Output& indices, const NodeOptions& options) {
  return add_node(builtin::gather_nd, {x, indices}, {}, options);
}

Output scatter_nd_add(const Output& x, const Output& indices, const Output& updates,
                      const NodeOptions& options) {
  return add_node(builtin::scatter_nd_add, {x, indices, updates}, {}, options);
}

Output scatter_nd_reduce(const Output& x, const Output& indices, const Output& updates,
                         ScatterReduction reduction, const NodeOptions& options) {
  if (reduction == ScatterReduction::add) return scatter_nd_add(x, indices, updates, options);
  const OpDef& op = reduction == ScatterReduction::multiply ? builtin::scatter_nd_multiply
                                                            : builtin::scatter_nd_reduce;
  return add_node(op, {x, indices, updates}, {{"reduction", to_attribute(reduction)}}, options);
}

Output scatter_nd_update(const Output& x, const Output& indices, const Output& updates,
                         const NodeOptions& options) {
  return scatter_nd_reduce(x, indices, updates, ScatterReduction::update, options);
}

Output scatter_nd(const Output& indices, const Output& updates, const Shape& shape,
                  const NodeOptions& options) {
  const Output none = zeros(updates.graph(options.where), updates.dtype(options.where), shape,
                            {.where = options.where});
  return scatter_nd_add(none, indices, updates, options);
}

}  // namespace deft
