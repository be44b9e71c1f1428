#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>

#include "indexing_rules.hpp"
#include "kernels/indexing/indexed_rows.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// What is left of the dimensions of x around `axis` when indices stand in its place.
Shape gathered(const InferContext& context, std::size_t axis) {
  const auto x = context.inputs[0].shape.dims();
  const auto indices = context.inputs[1].shape.dims();
  const std::size_t rank = x.size() - 1 + indices.size();
  if (rank > Shape::max_rank)
    context.fail(ErrorCode::invalid_argument,
                 "indices of rank " + std::to_string(indices.size()) + " into x of rank " +
                     std::to_string(x.size()) + " give the rank " + std::to_string(rank) +
                     ", and none is over " + std::to_string(Shape::max_rank),
                 "merge dimensions with reshape");
  std::vector<std::int64_t> dims(x.begin(), x.end());
  const auto at = dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(at, indices.begin(), indices.end());
  return Shape(dims);
}

Shape infer_taken(const InferContext& context) {
  require_indices(context, 1);
  return gathered(context, check_axis(context, context.inputs[0].shape.rank()));
}

/// x [a..., n, b...], indices [i...] -> [a..., i..., b...]
std::vector<TensorSpec> infer_gather(const InferContext& context) {
  return {{context.inputs[0].dtype, infer_taken(context)}};
}

/// x [a..., n, b...], indices [i...], updates [a..., i..., b...] -> [a..., n, b...]
std::vector<TensorSpec> infer_scatter_add(const InferContext& context) {
  return infer_added(context, infer_taken(context));
}

GatherOptions options_of(const GradientContext& context) {
  return {.axis = context.attributes().get<std::int64_t>("axis")};
}

/// dy [a..., i..., b...], added to where its parts were taken from: [a..., n, b...]
std::vector<Output> gradient_gather(const GradientContext& context) {
  const Output& x = context.inputs[0];
  return {scatter_add(zeros_like(x), context.inputs[1], context.grads[0], options_of(context)),
          Output{}};
}

/// dy [a..., n, b...] for x; its parts [a..., i..., b...] for the updates
std::vector<Output> gradient_scatter_add(const GradientContext& context) {
  const Output& dy = context.grads[0];
  return {dy, Output{}, gather(dy, context.inputs[1], options_of(context))};
}

IndexedRows rows_of(const KernelContext& context) {
  const Shape& x = context.inputs[0].shape;
  return IndexedRows::along(x, axis_of(context.attributes, x.rank()), context.inputs[1].shape);
}

Kernel prepare_gather(const KernelContext& context) {
  return gather_rows_kernel(rows_of(context), context);
}

Kernel prepare_scatter_add(const KernelContext& context) {
  return combine_rows_kernel(rows_of(context), Combination::add, context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef gather{
    .name = "gather",
    .arity = {2, 2},
    .infer = infer_gather,
    .gradient = gradient_gather,
    .kernel = prepare_gather,
};

extern constexpr OpDef scatter_add{
    .name = "scatter_add",
    .arity = {3, 3},
    .infer = infer_scatter_add,
    .gradient = gradient_scatter_add,
    .kernel = prepare_scatter_add,
};

constexpr const OpDef* gather_list[] = {&gather, &scatter_add};
extern constexpr std::span<const OpDef* const> gather_ops = gather_list;

}  // namespace builtin

Output gather(const Output& x, const Output& indices, const GatherOptions& options) {
  return add_node(builtin::gather, {x, indices}, {{"axis", options.axis}},
                  {.name = options.name, .where = options.where});
}

Output scatter_add(const Output& x, const Output& indices, const Output& updates,
                   const GatherOptions& options) {
  return add_node(builtin::scatter_add, {x, indices, updates}, {{"axis", options.axis}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
