#include <deft/ops/convolution.hpp>

#include <array>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include <deft/core/op_def.hpp>

#include "kernels/convolutions/convolution.hpp"
#include "shape_rules.hpp"
#include "window_rules.hpp"

namespace deft {
namespace builtin {
namespace {

// y = conv(x, w), and the gradients of x and w where y stands for that of y, are three operations
// that are each other's gradients. "x", "w" and "y" below are these, whichever of them is computed;
// the builders call them by what they are to users.

constexpr std::int64_t unknown = Shape::unknown;

/// Where the dimensions of w stand.
struct FilterLayout {
  bool channels_first;
  std::size_t rank;

  std::size_t in() const { return channels_first ? 1 : rank - 2; }
  std::size_t out() const { return channels_first ? 0 : rank - 1; }
  std::size_t spatial(std::size_t i) const { return i + (channels_first ? 2 : 0); }
};

FilterLayout filter_layout(const SpatialLayout& layout) {
  return {layout.channels_first, layout.rank};
}

std::vector<std::int64_t> dims_of(const Shape& shape) {
  return {shape.dims().begin(), shape.dims().end()};
}

void require_rank(const InferContext& context, std::size_t index, const char* name,
                  std::size_t rank) {
  const Shape& shape = context.inputs[index].shape;
  if (shape.rank() != rank)
    context.fail(ErrorCode::shape_mismatch,
                 std::string(name) + " has the shape " + shape.to_string() + " of rank " +
                     std::to_string(shape.rank()) + ", but input 0 has rank " +
                     std::to_string(rank),
                 "give both the same number of spatial dimensions");
}

/// "groups", once it is known to divide the output channels of w.
std::int64_t check_groups(const InferContext& context, const Shape& w, std::size_t out) {
  const std::int64_t groups = context.attributes.get<std::int64_t>("groups");
  if (groups < 1)
    context.fail(ErrorCode::invalid_argument,
                 "there are " + std::to_string(groups) + " groups, but must be 1 or more",
                 "give 1 for a convolution of all channels");
  if (w[out] != unknown && w[out] % groups != 0)
    context.fail(ErrorCode::shape_mismatch,
                 "dimension " + std::to_string(out) + " of the filter " + w.to_string() + " is " +
                     std::to_string(w[out]) + ", which is no multiple of " +
                     std::to_string(groups) + " groups",
                 "give each group the same number of channels");
  return groups;
}

/// The channels of x for which w is made.
std::int64_t channels_in(const InferContext& context, std::int64_t of_group, std::int64_t groups) {
  if (of_group == unknown) return unknown;
  if (of_group > std::numeric_limits<std::int64_t>::max() / groups)
    context.fail(ErrorCode::overflow,
                 std::to_string(groups) + " groups of " + std::to_string(of_group) +
                     " channels do not fit in 63 bits",
                 "give fewer groups");
  return of_group * groups;
}

/// The shape of y for those of x and w: what conv gives, and what its gradients must get.
Shape infer_y(const InferContext& context, const SpatialLayout& layout, const Shape& x,
              const Shape& w) {
  const FilterLayout filter = filter_layout(layout);
  WindowAxes axes = check_window_axes(context, layout);
  const std::int64_t groups = check_groups(context, w, filter.out());
  const std::int64_t in = channels_in(context, w[filter.in()], groups);
  const std::int64_t channels = x[layout.channels()];
  if (in != unknown && channels != unknown && in != channels)
    context.fail(ErrorCode::shape_mismatch,
                 "the input " + x.to_string() + " has " + std::to_string(channels) +
                     " channels, but the filter " + w.to_string() + " is for " +
                     std::to_string(in) + " in " + std::to_string(groups) +
                     (groups == 1 ? " group" : " groups"),
                 "the filter needs the channels of the input divided by the groups; see layout");
  if (channels != unknown && channels % groups != 0)
    context.fail(ErrorCode::shape_mismatch,
                 "the input " + x.to_string() + " has " + std::to_string(channels) +
                     " channels, which is no multiple of " + std::to_string(groups) + " groups",
                 "give each group the same number of channels");
  std::vector<std::int64_t> y = dims_of(x);
  y[layout.channels()] = w[filter.out()];
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = axes[layout.axis(i)];
    axis.input = x[layout.spatial(i)];
    axis.window = w[filter.spatial(i)];
    y[layout.spatial(i)] = count_windows(context, axis, i);
  }
  return Shape(y);
}

/// Refuses an input `index` that does not have the shape of what conv gives.
void require_y(const InferContext& context, std::size_t index, const Shape& x, const Shape& w,
               const SpatialLayout& layout) {
  const Shape expected = infer_y(context, layout, x, w);
  const Shape& y = context.inputs[index].shape;
  if (!expected.is_compatible_with(y))
    context.fail(ErrorCode::shape_mismatch,
                 "input " + std::to_string(index) + " has the shape " + y.to_string() +
                     ", but conv gives " + expected.to_string() + " for the input " +
                     x.to_string() + " and the filter " + w.to_string(),
                 "give the gradient of what conv gives under the same options");
}

/// x, w -> y
std::vector<TensorSpec> infer_conv(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const SpatialLayout layout = check_layout(context, 0, "the input");
  require_rank(context, 1, "the filter", layout.rank);
  return {{context.inputs[0].dtype,
           infer_y(context, layout, context.inputs[0].shape, context.inputs[1].shape)}};
}

/// One dimension of x for `windows` along it.
std::int64_t transposed_size(const InferContext& context, const WindowAxis& axis,
                             std::int64_t windows, std::int64_t more, std::size_t i) {
  const std::string dimension = "spatial dimension " + std::to_string(i);
  if (windows == unknown || axis.window == unknown) return unknown;
  if (windows == 0)
    context.fail(ErrorCode::shape_mismatch,
                 dimension + " of the input is 0, but conv never gives so few",
                 "give at least one element");
  std::int64_t size = 0;
  if (__builtin_mul_overflow(windows - 1, axis.stride, &size) ||
      __builtin_add_overflow(size, axis.extent() + more - axis.before - axis.after, &size))
    context.fail(ErrorCode::overflow,
                 dimension + " of the result does not fit in 63 bits: " + std::to_string(windows) +
                     " windows at a stride of " + std::to_string(axis.stride),
                 "make it smaller");
  if (size < 0)
    context.fail(ErrorCode::shape_mismatch,
                 dimension + " of the result has " +
                     std::to_string(size + axis.before + axis.after) +
                     " elements, of which the padding cuts off " + std::to_string(axis.before) +
                     " and " + std::to_string(axis.after),
                 "give less padding");
  return size;
}

/// y, w -> x, without a third input that has its shape
Shape infer_transposed(const InferContext& context, const SpatialLayout& layout, const Shape& y,
                       const Shape& w) {
  const FilterLayout filter = filter_layout(layout);
  WindowAxes axes = check_window_axes(context, layout);
  check_list(context, "output_padding", layout.spatial_rank(), 0);
  const auto& more = context.attributes.get<std::vector<std::int64_t>>("output_padding");
  const std::int64_t groups = check_groups(context, w, filter.out());
  const std::int64_t out = w[filter.out()];
  const std::int64_t channels = y[layout.channels()];
  if (out != unknown && channels != unknown && out != channels)
    context.fail(ErrorCode::shape_mismatch,
                 "the input " + y.to_string() + " has " + std::to_string(channels) +
                     " channels, but the filter " + w.to_string() + " gives " +
                     std::to_string(out) + " in conv",
                 "the filter is that of the conv which is transposed; see layout");
  std::vector<std::int64_t> x = dims_of(y);
  x[layout.channels()] = channels_in(context, w[filter.in()], groups);
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = axes[layout.axis(i)];
    axis.window = w[filter.spatial(i)];
    const std::int64_t added = more.empty() ? 0 : more[i];
    if (added >= axis.stride)
      context.fail(ErrorCode::invalid_argument,
                   "output_padding has the number " + std::to_string(added) +
                       " where the stride is " + std::to_string(axis.stride),
                   "give a number below the stride");
    axis.input = unknown;
    count_windows(context, axis, i);
    x[layout.spatial(i)] = transposed_size(context, axis, y[layout.spatial(i)], added, i);
  }
  return Shape(x);
}

/// y, w, and perhaps a tensor of the shape of x -> x
std::vector<TensorSpec> infer_conv_transpose(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const SpatialLayout layout = check_layout(context, 0, "the input");
  require_rank(context, 1, "the filter", layout.rank);
  const Shape& w = context.inputs[1].shape;
  if (context.inputs.size() == 2)
    return {
        {context.inputs[0].dtype, infer_transposed(context, layout, context.inputs[0].shape, w)}};
  require_rank(context, 2, "what the result is to be like", layout.rank);
  require_y(context, 0, context.inputs[2].shape, w, layout);
  return {context.inputs[2]};
}

/// x, y, and a tensor of the shape of w -> w
std::vector<TensorSpec> infer_conv_filter_gradient(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const SpatialLayout layout = check_layout(context, 0, "the input");
  require_rank(context, 1, "the gradient", layout.rank);
  require_rank(context, 2, "the filter", layout.rank);
  require_y(context, 1, context.inputs[0].shape, context.inputs[2].shape, layout);
  return {context.inputs[2]};
}

template <Convolved wanted>
Kernel prepare(const KernelContext& context) {
  const Shape& result = context.outputs[0].shape;
  const Shape& x = wanted == Convolved::x ? result : context.inputs[0].shape;
  const Shape& w = wanted == Convolved::w ? result : context.inputs[1].shape;
  const Shape& y =
      wanted == Convolved::y ? result : context.inputs[wanted == Convolved::x ? 0 : 1].shape;
  const SpatialLayout layout{context.attributes.get<bool>("channels_first"), x.rank()};
  ConvolutionShape shape{.dtype = context.outputs[0].dtype,
                         .channels_first = layout.channels_first,
                         .batch = x[0],
                         .groups = context.attributes.get<std::int64_t>("groups"),
                         .in = x[layout.channels()],
                         .out = y[layout.channels()],
                         .axes = window_axes(context.attributes, layout),
                         .spatial_rank = layout.spatial_rank()};
  for (std::size_t i = 0; i < layout.spatial_rank(); ++i) {
    WindowAxis& axis = shape.axes[layout.axis(i)];
    axis.input = x[layout.spatial(i)];
    axis.window = w[filter_layout(layout).spatial(i)];
    axis.output = y[layout.spatial(i)];
  }
  return convolution_kernel(wanted, shape, context.threads);
}

/// The attributes that all three operations have.
Attributes shared(const Attributes& attributes) {
  const auto list = [&](const char* name) {
    return attributes.get<std::vector<std::int64_t>>(name);
  };
  return {{"strides", list("strides")},
          {"dilations", list("dilations")},
          {"groups", attributes.get<std::int64_t>("groups")},
          {"padding", list("padding")},
          {"channels_first", attributes.get<bool>("channels_first")}};
}

std::vector<Output> grad_conv(const GradientContext& context);
std::vector<Output> grad_conv_transpose(const GradientContext& context);
std::vector<Output> grad_conv_filter_gradient(const GradientContext& context);

}  // namespace

extern constexpr OpDef conv{
    .name = "conv",
    .arity = {2, 2},
    .infer = infer_conv,
    .gradient = grad_conv,
    .kernel = prepare<Convolved::y>,
};

extern constexpr OpDef conv_transpose{
    .name = "conv_transpose",
    .arity = {2, 3},
    .infer = infer_conv_transpose,
    .gradient = grad_conv_transpose,
    .kernel = prepare<Convolved::x>,
    .shape_only_inputs = 1U << 2,
};

extern constexpr OpDef conv_filter_gradient{
    .name = "conv_filter_gradient",
    .arity = {3, 3},
    .infer = infer_conv_filter_gradient,
    .gradient = grad_conv_filter_gradient,
    .kernel = prepare<Convolved::w>,
    .shape_only_inputs = 1U << 2,
};

namespace {

// The three operations under the attributes of a node of any of them.

Output conv_of(const GradientContext& context, const Output& x, const Output& w) {
  return add_node(conv, {x, w}, shared(context.attributes()), {});
}

/// Of the shape of `like`.
Output x_of(const GradientContext& context, const Output& y, const Output& w, const Output& like) {
  return add_node(conv_transpose, {y, w, like}, shared(context.attributes()), {});
}

Output w_of(const GradientContext& context, const Output& x, const Output& y, const Output& like) {
  return add_node(conv_filter_gradient, {x, y, like}, shared(context.attributes()), {});
}

/// g = dloss/dy, of the shape of y: those of x and w.
std::vector<Output> grad_conv(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output& w = context.inputs[1];
  const Output& g = context.grads[0];
  return {x_of(context, g, w, x), w_of(context, x, g, w)};
}

/// g of the shape of x: those of y and w. The result is linear in y and in w.
std::vector<Output> grad_conv_transpose(const GradientContext& context) {
  const Output& y = context.inputs[0];
  const Output& w = context.inputs[1];
  const Output& g = context.grads[0];
  std::vector<Output> entries = {conv_of(context, g, w), w_of(context, g, y, w)};
  if (context.inputs.size() == 3) entries.emplace_back();
  return entries;
}

/// g of the shape of w: those of x and y. The result is linear in x and in y.
std::vector<Output> grad_conv_filter_gradient(const GradientContext& context) {
  const Output& x = context.inputs[0];
  const Output& y = context.inputs[1];
  const Output& g = context.grads[0];
  return {x_of(context, y, g, x), conv_of(context, x, g), Output{}};
}

}  // namespace

constexpr const OpDef* conv_list[] = {&conv, &conv_transpose, &conv_filter_gradient};
extern constexpr std::span<const OpDef* const> conv_ops = conv_list;

}  // namespace builtin

namespace {

bool is_first(ChannelLayout layout) { return layout == ChannelLayout::channels_first; }

Attributes attributes_of(const ConvOptions& options) {
  return {{"strides", options.strides},
          {"dilations", options.dilations},
          {"groups", options.groups},
          {"padding", flattened(options.padding)},
          {"channels_first", is_first(options.layout)}};
}

}  // namespace

Output conv(const Output& x, const Output& filter, const ConvOptions& options) {
  return add_node(builtin::conv, {x, filter}, attributes_of(options),
                  {.name = options.name, .where = options.where});
}

Output conv_transpose(const Output& x, const Output& filter, const ConvTransposeOptions& options) {
  return add_node(builtin::conv_transpose, {x, filter},
                  {{"strides", options.strides},
                   {"dilations", options.dilations},
                   {"groups", options.groups},
                   {"padding", flattened(options.padding)},
                   {"output_padding", options.output_padding},
                   {"channels_first", is_first(options.layout)}},
                  {.name = options.name, .where = options.where});
}

Output conv_filter_gradient(const Output& x, const Output& grad, const Output& filter,
                            const ConvOptions& options) {
  return add_node(builtin::conv_filter_gradient, {x, grad, filter}, attributes_of(options),
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
