#include <deft/ops/reduce.hpp>

#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "axes_attribute.hpp"
#include "identities.hpp"
#include "kernels/reductions/moments.hpp"
#include "kernels/reductions/reduction.hpp"
#include "operands.hpp"
#include "prod_of_others.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> [s without "axes", or with 1 in their place if "keep_dims"]
std::vector<TensorSpec> infer_reduced(const InferContext& context) {
  const Shape& shape = context.inputs[0].shape;
  const AxisSet axes = check_axes(context, shape.rank());
  const bool keep_dims = context.attributes.get<bool>("keep_dims");
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    if (!axes[i]) dims.push_back(shape.dims()[i]);
    if (axes[i] && keep_dims) dims.push_back(1);
  }
  return {{context.inputs[0].dtype, Shape(dims)}};
}

std::vector<TensorSpec> infer_numeric_reduced(const InferContext& context) {
  require_numeric(context);
  return infer_reduced(context);
}

std::vector<TensorSpec> infer_mean(const InferContext& context) {
  require_floating(context);
  return infer_reduced(context);
}

/// x [s] -> mean and variance, each as infer_reduced gives
std::vector<TensorSpec> infer_moments(const InferContext& context) {
  require_floating(context);
  std::vector<TensorSpec> reduced = infer_reduced(context);
  reduced.push_back(reduced.front());
  return reduced;
}

/// As infer_reduced; no reduced dimension may be 0
std::vector<TensorSpec> infer_extreme(const InferContext& context) {
  require_numeric(context);
  const Shape& shape = context.inputs[0].shape;
  const AxisSet axes = check_axes(context, shape.rank());
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (axes[i] && shape.dims()[i] == 0)
      context.fail(ErrorCode::shape_mismatch,
                   "dimension " + std::to_string(i) + " of " + shape.to_string() +
                       " is 0, and nothing has no extreme",
                   "reduce over dimensions of at least 1");
  return infer_reduced(context);
}

template <Reduction reduction>
Kernel prepare(const KernelContext& context) {
  return reduction_kernel(reduction, axis_set(context.attributes, context.inputs[0].shape.rank()),
                          context);
}

Kernel prepare_moments(const KernelContext& context) {
  return moments_kernel(axis_set(context.attributes, context.inputs[0].shape.rank()), context);
}

template <Reduction reduce>
Form reduction_form(const KernelContext& context) {
  return ReductionForm{reduce, axis_set(context.attributes, context.inputs[0].shape.rank())};
}

/// A tensor of the shape of the result with the reduced dimensions of x put back as 1, so that it
/// broadcasts to x
Output keep_dims(Output reduced, const GradientContext& context) {
  if (context.attributes().get<bool>("keep_dims")) return reduced;
  const std::size_t rank = context.inputs[0].shape().rank();
  const AxisSet axes = axis_set(context.attributes(), rank);
  if (axes.count() == rank) return reduced;
  for (std::size_t i = 0; i < rank; ++i)
    if (axes[i]) reduced = expand_dims(reduced, static_cast<std::int64_t>(i));
  return reduced;
}

Axes axes_of(const GradientContext& context) {
  const Attributes& attributes = context.attributes();
  return attributes.find("axes") == nullptr
             ? Axes{}
             : Axes(attributes.get<std::vector<std::int64_t>>("axes"));
}

/// dy repeated to x
std::vector<Output> gradient_sum(const GradientContext& context) {
  return {broadcast_like(keep_dims(context.grads[0], context), context.inputs[0])};
}

/// dy / count repeated to x
std::vector<Output> gradient_mean(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output count = cast(size(x, axes_of(context)), x.dtype());
  return {broadcast_like(keep_dims(div(context.grads[0], count), context), x)};
}

/// dy times the products of the other elements along each axis, of what is left of x by the axes
/// before it. In f64, as the product itself, which f32 may not hold before it is whole.
std::vector<Output> gradient_prod(const GradientContext& context) {
  const Output& x = context.inputs[0];
  Output left = cast(x, DType::f64);
  std::vector<Output> others;
  const AxisSet axes = axis_set(context.attributes(), x.shape().rank());
  others.reserve(axes.count());
  std::int64_t before = 0;  // the axis before this one
  for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(x.shape().rank()); ++axis) {
    if (!axes[static_cast<std::size_t>(axis)]) continue;
    if (!others.empty()) left = reduce_prod(left, {.axes = {before}, .keep_dims = true});
    others.push_back(prod_of_others(left, axis));
    before = axis;
  }
  Output dx = cast(keep_dims(context.grads[0], context), DType::f64);
  for (; !others.empty(); others.pop_back()) dx = mul(dx, others.back());
  return {cast(dx, x.dtype())};
}

/// m, v: the mean and the variance of x. dm / count + 2 (x - m) dv / count, repeated to x
std::vector<Output> gradient_moments(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output count = cast(size(x, axes_of(context)), x.dtype());
  const auto share = [&](const Output& grad) { return keep_dims(div(grad, count), context); };
  const Output& dm = context.grads[0];
  const Output& dv = context.grads[1];
  if (dv.is_empty()) return {broadcast_like(share(dm), x)};
  const Output deviation = sub(x, keep_dims(context.outputs[0], context));
  const Output dx = mul(mul(2, deviation), share(dv));
  return {dm.is_empty() ? dx : add(share(dm), dx)};
}

/// dy / count at the extremes of x, of which there are `count` [with kept dimensions]; 0 elsewhere.
/// NaN everywhere where the extreme is NaN, to which nothing is equal.
std::vector<Output> gradient_extreme(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output extreme = keep_dims(context.outputs[0], context);
  const Output is_extreme = equal(x, extreme);
  const Output count =
      reduce_sum(cast(is_extreme, x.dtype()), {.axes = axes_of(context), .keep_dims = true});
  const Output share = div(keep_dims(context.grads[0], context), count);
  return {where(is_extreme, share, zero_or_nan(extreme))};
}

Outputs add_reduction(const OpDef& op, const Output& x, const ReduceOptions& options) {
  Attributes attributes{{"keep_dims", options.keep_dims}};
  if (options.axes.list())
    attributes = {{"axes", *options.axes.list()}, {"keep_dims", options.keep_dims}};
  return add_node(op, {x}, std::move(attributes), {.name = options.name, .where = options.where});
}

}  // namespace

namespace builtin {

extern constexpr OpDef moments{
    .name = "moments",
    .arity = {1, 1},
    .infer = infer_moments,
    .gradient = gradient_moments,
    .kernel = prepare_moments,
};

extern constexpr OpDef reduce_sum{
    .name = "reduce_sum",
    .arity = {1, 1},
    .infer = infer_numeric_reduced,
    .gradient = gradient_sum,
    .kernel = prepare<Reduction::sum>,
    .simplify = forward_same,
    .form = reduction_form<Reduction::sum>,
};

extern constexpr OpDef reduce_prod{
    .name = "reduce_prod",
    .arity = {1, 1},
    .infer = infer_numeric_reduced,
    .gradient = gradient_prod,
    .kernel = prepare<Reduction::product>,
    .simplify = forward_same,
    .form = reduction_form<Reduction::product>,
};

extern constexpr OpDef reduce_mean{
    .name = "reduce_mean",
    .arity = {1, 1},
    .infer = infer_mean,
    .gradient = gradient_mean,
    .kernel = prepare<Reduction::mean>,
    .simplify = forward_same,
    .form = reduction_form<Reduction::mean>,
};

extern constexpr OpDef reduce_max{
    .name = "reduce_max",
    .arity = {1, 1},
    .infer = infer_extreme,
    .gradient = gradient_extreme,
    .kernel = prepare<Reduction::max>,
    .simplify = forward_same,
    .form = reduction_form<Reduction::max>,
};

extern constexpr OpDef reduce_min{
    .name = "reduce_min",
    .arity = {1, 1},
    .infer = infer_extreme,
    .gradient = gradient_extreme,
    .kernel = prepare<Reduction::min>,
    .simplify = forward_same,
    .form = reduction_form<Reduction::min>,
};

constexpr const OpDef* reduce_list[] = {&reduce_sum, &reduce_prod, &reduce_mean,
                                        &reduce_max, &reduce_min,  &moments};
extern constexpr std::span<const OpDef* const> reduce_ops = reduce_list;

}  // namespace builtin

Moments moments(const Output& x, const ReduceOptions& options) {
  const Outputs made = add_reduction(builtin::moments, x, options);
  return {made[0], made[1]};
}

Output reduce_sum(const Output& x, const ReduceOptions& options) {
  return add_reduction(builtin::reduce_sum, x, options);
}

Output reduce_prod(const Output& x, const ReduceOptions& options) {
  return add_reduction(builtin::reduce_prod, x, options);
}

Output reduce_mean(const Output& x, const ReduceOptions& options) {
  return add_reduction(builtin::reduce_mean, x, options);
}

Output reduce_max(const Output& x, const ReduceOptions& options) {
  return add_reduction(builtin::reduce_max, x, options);
}

Output reduce_min(const Output& x, const ReduceOptions& options) {
  return add_reduction(builtin::reduce_min, x, options);
}

}  // namespace deft
