#include <span>

#include <deft/ops/array.hpp>

#include "identities.hpp"
#include "kernels/elementwise/elementwise.hpp"
#include "kernels/elementwise/functions.hpp"
#include "kernels/reductions/reduction.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> [attribute "shape"]
std::vector<TensorSpec> infer_broadcast_to(const InferContext& context) {
  const auto& target = context.attributes.get<Shape>("shape");
  require_known(context, target, "broadcasting");
  broadcast_onto(context, context.inputs[0].shape, target);
  return {{context.inputs[0].dtype, target}};
}

/// x [s], like [t] -> [t] of x's dtype
std::vector<TensorSpec> infer_broadcast_like(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  return {{x.dtype, broadcast_onto(context, x.shape, context.inputs[1].shape)}};
}

/// x [s], like [t] where t broadcasts to s -> [t] of x's dtype
std::vector<TensorSpec> infer_sum_like(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape& like = context.inputs[1].shape;
  require_numeric(context, 1);
  broadcast_onto(context, like, x.shape);
  return {{x.dtype, like}};
}

/// dy, which `gradients` sums over the dimensions along which x was repeated
std::vector<Output> gradient_broadcast_to(const GradientContext& context) {
  return {context.grads[0]};
}

/// As gradient_broadcast_to; only the shape of `like` matters.
std::vector<Output> gradient_broadcast_like(const GradientContext& context) {
  return {context.grads[0], Output{}};
}

/// dy [t] repeated to x [s]; only the shape of `like` matters.
std::vector<Output> gradient_sum_like(const GradientContext& context) {
  return {broadcast_like(context.grads[0], context.inputs[0]), Output{}};
}

Kernel prepare_broadcast(const KernelContext& context) {
  const bool same = context.inputs[0].shape == context.outputs[0].shape;
  return same ? Kernel::forward() : broadcast_kernel(context);
}

Form repeat(const KernelContext&) { return RepeatForm{}; }

Form sum_like_form(const KernelContext& context) {
  const Shape& from = context.inputs[0].shape;
  return ReductionForm{Reduction::sum, repeated_axes(from, context.outputs[0].shape)};
}

Kernel prepare_sum_like(const KernelContext& context) {
  const Shape& from = context.inputs[0].shape;
  const Shape& to = context.outputs[0].shape;
  return reduction_kernel(Reduction::sum, repeated_axes(from, to), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef broadcast_to{
    .name = "broadcast_to",
    .arity = {1, 1},
    .infer = infer_broadcast_to,
    .gradient = gradient_broadcast_to,
    .kernel = prepare_broadcast,
    .simplify = forward_same,
    .form = repeat,
};

extern constexpr OpDef broadcast_like{
    .name = "broadcast_like",
    .arity = {2, 2},
    .infer = infer_broadcast_like,
    .gradient = gradient_broadcast_like,
    .kernel = prepare_broadcast,
    .shape_only_inputs = 1U << 1,
    .simplify = forward_same,
    .form = repeat,
};

extern constexpr OpDef sum_like{
    .name = "sum_like",
    .arity = {2, 2},
    .infer = infer_sum_like,
    .gradient = gradient_sum_like,
    .kernel = prepare_sum_like,
    .shape_only_inputs = 1U << 1,
    .simplify = forward_same,
    .form = sum_like_form,
};

constexpr const OpDef* broadcast_list[] = {&broadcast_to, &broadcast_like, &sum_like};
extern constexpr std::span<const OpDef* const> broadcast_ops = broadcast_list;

}  // namespace builtin

Output broadcast_to(const Output& x, const Shape& shape, const NodeOptions& options) {
  return add_node(builtin::broadcast_to, {x}, {{"shape", shape}}, options);
}

Output broadcast_like(const Output& x, const Output& like, const NodeOptions& options) {
  return add_node(builtin::broadcast_like, {x, like}, {}, options);
}

Output sum_like(const Output& x, const Output& like, const NodeOptions& options) {
  return add_node(builtin::sum_like, {x, like}, {}, options);
}

}  // namespace deft
