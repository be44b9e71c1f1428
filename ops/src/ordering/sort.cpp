#include "kernels/ordering/sort.hpp"

#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/ordering.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> i64 [s]
std::vector<TensorSpec> infer_argsort(const InferContext& context) {
  const Shape& shape = context.inputs[0].shape;
  check_axis(context, shape.rank());
  return {{DType::i64, shape}};
}

/// x [.., n, ..] -> values [.., k, ..], indices i64 [.., k, ..] for the attribute "k"
std::vector<TensorSpec> infer_top_k(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const std::size_t axis = check_axis(context, x.shape.rank());
  const std::int64_t k = context.attributes.get<std::int64_t>("k");
  const std::int64_t size = x.shape.dims()[axis];
  if (k < 0)
    context.fail(ErrorCode::invalid_argument, "k is " + std::to_string(k), "use 0 or more");
  if (size != Shape::unknown && k > size)
    context.fail(ErrorCode::invalid_argument,
                 "k is " + std::to_string(k) + ", but dimension " + std::to_string(axis) + " of " +
                     x.shape.to_string() + " is " + std::to_string(size),
                 "ask for at most as many as there are");
  const Shape largest = with_dim(x.shape, axis, k);
  return {{x.dtype, largest}, {DType::i64, largest}};
}

/// The gradient of the values [.., k, ..], added to where they were taken from: [.., n, ..]
std::vector<Output> gradient_top_k(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output& dv = context.grads[0];
  if (dv.is_empty()) return {Output{}};
  return {add_along_axis(zeros_like(x), context.outputs[1], dv,
                         context.attributes().get<std::int64_t>("axis"))};
}

Kernel prepare_argsort(const KernelContext& context) {
  return argsort_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()),
                        context.attributes.get<bool>("descending"), context);
}

Kernel prepare_top_k(const KernelContext& context) {
  return top_k_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef argsort{
    .name = "argsort",
    .arity = {1, 1},
    .infer = infer_argsort,
    .gradient = zero_gradients,
    .kernel = prepare_argsort,
};

extern constexpr OpDef top_k{
    .name = "top_k",
    .arity = {1, 1},
    .infer = infer_top_k,
    .gradient = gradient_top_k,
    .kernel = prepare_top_k,
};

constexpr const OpDef* sort_list[] = {&argsort, &top_k};
extern constexpr std::span<const OpDef* const> sort_ops = sort_list;

}  // namespace builtin

Output argsort(const Output& x, const SortOptions& options) {
  return add_node(builtin::argsort, {x},
                  {{"axis", options.axis}, {"descending", options.descending}},
                  {.name = options.name, .where = options.where});
}

Output sort(const Output& x, const SortOptions& options) {
  SortOptions unnamed = options;
  unnamed.name = {};
  return take_along_axis(x, argsort(x, unnamed), options.axis,
                         {.name = options.name, .where = options.where});
}

TopK top_k(const Output& x, std::int64_t k, const TopKOptions& options) {
  const Outputs made = add_node(builtin::top_k, {x}, {{"axis", options.axis}, {"k", k}},
                                {.name = options.name, .where = options.where});
  return {made[0], made[1]};
}

}  // namespace deft
