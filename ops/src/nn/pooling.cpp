#include <algorithm>
#include <span>
#include <string>

#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/math.hpp>

#include "kernels/convolutions/pooling.hpp"
#include "shape_rules.hpp"
#include "window_rules.hpp"

namespace deft {
namespace builtin {
namespace {

// Pools and their gradients have the same attributes: those of windows, "window", and for means
// "count_include_padding". "x" is what is pooled, and "y" the result, in all of them.

const std::vector<std::int64_t>& window_of(const Attributes& attributes) {
  return attributes.get<std::vector<std::int64_t>>("window");
}

/// The axes with the sizes of their windows.
WindowAxes pool_axes(const Attributes& attributes, const SpatialLayout& layout) {
  WindowAxes axes = window_axes(attributes, layout);
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i)
    axes[layout.axis(i)].window = window_of(attributes)[i];
  return axes;
}

/// x -> y for the shape of input 0.
Shape infer_y(const InferContext& context) {
  const SpatialLayout layout = check_layout(context, 0, "the input");
  const Shape& x = context.inputs[0].shape;
  check_window_axes(context, layout);
  check_list(context, "window", layout.spatial_rank(), 1);
  if (window_of(context.attributes).empty())
    context.fail(ErrorCode::invalid_argument, "window is empty",
                 "give its size along each spatial dimension");
  WindowAxes axes = pool_axes(context.attributes, layout);
  std::vector<std::int64_t> y(x.dims().begin(), x.dims().end());
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = axes[layout.axis(i)];
    const std::int64_t padding = std::max(axis.before, axis.after);
    if (padding >= axis.extent())
      context.fail(ErrorCode::invalid_argument,
                   "spatial dimension " + std::to_string(i) + " is padded by " +
                       std::to_string(padding) + ", but a window spans " +
                       std::to_string(axis.extent()),
                   "pad by less than a window, which would have nothing but padding");
    axis.input = x[layout.spatial(i)];
    y[layout.spatial(i)] = count_windows(context, axis, i);
  }
  return Shape(y);
}

/// Refuses an input 1 that has not the shape `expected`.
void require_shape(const InferContext& context, const Shape& expected) {
  const Shape& found = context.inputs[1].shape;
  if (!expected.is_compatible_with(found))
    context.fail(ErrorCode::shape_mismatch,
                 "input 1 has the shape " + found.to_string() + ", not " + expected.to_string(),
                 "give a tensor of that shape");
}

/// x -> y, numeric
std::vector<TensorSpec> infer_max_pool(const InferContext& context) {
  require_numeric(context);
  return {{context.inputs[0].dtype, infer_y(context)}};
}

/// x -> y, floating
std::vector<TensorSpec> infer_average_pool(const InferContext& context) {
  require_floating(context);
  return {{context.inputs[0].dtype, infer_y(context)}};
}

/// x, v [as x] -> y; v has the dtype of x, or is i64
std::vector<TensorSpec> infer_gather(const InferContext& context) {
  require_numeric(context);
  const DType dtype = context.inputs[1].dtype;
  if (dtype != DType::i64) require_same_dtype(context);
  require_shape(context, context.inputs[0].shape);
  return {{dtype, infer_y(context)}};
}

/// x, g [as y] -> [as x]; of a mean, only the shape of x matters
std::vector<TensorSpec> infer_scatter(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  require_shape(context, infer_y(context));
  return {context.inputs[0]};
}

template <Kernel (*kernel)(const PoolingShape&)>
Kernel prepare(const KernelContext& context) {
  const Attributes& attributes = context.attributes;
  const Shape& x = context.inputs[0].shape;
  const SpatialLayout layout{attributes.get<bool>("channels_first"), x.rank()};
  PoolingShape shape{
      .dtype = context.inputs[0].dtype, .batch = x[0], .gathered = context.inputs.back().dtype};
  (layout.channels_first ? shape.outer : shape.inner) = x[layout.channels()];
  shape.axes = pool_axes(attributes, layout);
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = shape.axes[layout.axis(i)];
    axis.input = x[layout.spatial(i)];
    axis.output = axis.count();
  }
  shape.count_padding = attributes.find("count_include_padding") != nullptr &&
                        attributes.get<bool>("count_include_padding");
  return kernel(shape);
}

std::vector<Output> grad_max_pool(const GradientContext& context);
std::vector<Output> grad_max_pool_gather(const GradientContext& context);
std::vector<Output> grad_max_pool_scatter(const GradientContext& context);
std::vector<Output> grad_average_pool(const GradientContext& context);
std::vector<Output> grad_average_pool_scatter(const GradientContext& context);

}  // namespace

extern constexpr OpDef max_pool{
    .name = "max_pool",
    .arity = {1, 1},
    .infer = infer_max_pool,
    .gradient = grad_max_pool,
    .kernel = prepare<max_pool_kernel>,
};

extern constexpr OpDef max_pool_gather{
    .name = "max_pool_gather",
    .arity = {2, 2},
    .infer = infer_gather,
    .gradient = grad_max_pool_gather,
    .kernel = prepare<max_gather_kernel>,
};

extern constexpr OpDef max_pool_scatter{
    .name = "max_pool_scatter",
    .arity = {2, 2},
    .infer = infer_scatter,
    .gradient = grad_max_pool_scatter,
    .kernel = prepare<max_scatter_kernel>,
};

extern constexpr OpDef average_pool{
    .name = "average_pool",
    .arity = {1, 1},
    .infer = infer_average_pool,
    .gradient = grad_average_pool,
    .kernel = prepare<average_pool_kernel>,
};

extern constexpr OpDef average_pool_scatter{
    .name = "average_pool_scatter",
    .arity = {2, 2},
    .infer = infer_scatter,
    .gradient = grad_average_pool_scatter,
    .kernel = prepare<average_scatter_kernel>,
    .shape_only_inputs = 1U << 0,
};

namespace {

Output node_of(const OpDef& op, const GradientContext& context,
               std::initializer_list<Output> inputs) {
  return add_node(op, inputs, context.attributes(), {});
}

/// g [y] to where the maxima of x stand.
std::vector<Output> grad_max_pool(const GradientContext& context) {
  return {node_of(max_pool_scatter, context, {context.inputs[0], context.grads[0]})};
}

/// y is linear in v; where the maxima of x stand does not vary with it. g [y] -> [as v]
std::vector<Output> grad_max_pool_gather(const GradientContext& context) {
  return {Output{}, node_of(max_pool_scatter, context, {context.inputs[0], context.grads[0]})};
}

/// Likewise. g [as x] -> [y]
std::vector<Output> grad_max_pool_scatter(const GradientContext& context) {
  return {Output{}, node_of(max_pool_gather, context, {context.inputs[0], context.grads[0]})};
}

/// g [y] shared out to x.
std::vector<Output> grad_average_pool(const GradientContext& context) {
  return {node_of(average_pool_scatter, context, {context.inputs[0], context.grads[0]})};
}

/// g [as x] -> [y]
std::vector<Output> grad_average_pool_scatter(const GradientContext& context) {
  return {Output{}, node_of(average_pool, context, {context.grads[0]})};
}

}  // namespace

constexpr const OpDef* pool_list[] = {&max_pool, &max_pool_gather, &max_pool_scatter, &average_pool,
                                      &average_pool_scatter};
extern constexpr std::span<const OpDef* const> pool_ops = pool_list;

}  // namespace builtin

namespace {

Attributes attributes_of(const MaxPoolOptions& options) {
  return {{"window", options.window},
          {"strides", options.strides},
          {"dilations", options.dilations},
          {"padding", flattened(options.padding)},
          {"channels_first", options.layout == ChannelLayout::channels_first}};
}

}  // namespace

Output max_pool(const Output& x, const MaxPoolOptions& options) {
  return add_node(builtin::max_pool, {x}, attributes_of(options),
                  {.name = options.name, .where = options.where});
}

/// Elements are numbered from 1 on, so that windows without any have the number 0.
MaxPoolWithArgmax max_pool_with_argmax(const Output& x, const MaxPoolOptions& options) {
  const Composite made(x, "max_pool_with_argmax", {options.name, options.where});
  const Output number = made.inside([&] {
    const Output numbers = reshape_like(range_like(reshape(x, {Shape::unknown}), 0), x) + 1;
    return Output(add_node(builtin::max_pool_gather, {x, numbers}, attributes_of(options),
                           {.where = options.where}));
  });
  MaxPoolOptions named = options;
  named.name = made.result().name;
  return {max_pool(x, named), made.inside([&] { return number - 1; })};
}

Output average_pool(const Output& x, const AveragePoolOptions& options) {
  return add_node(builtin::average_pool, {x},
                  {{"window", options.window},
                   {"strides", options.strides},
                   {"dilations", options.dilations},
                   {"padding", flattened(options.padding)},
                   {"count_include_padding", options.count_include_padding},
                   {"channels_first", options.layout == ChannelLayout::channels_first}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
