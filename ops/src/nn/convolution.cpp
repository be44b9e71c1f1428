#include <deft/ops/convolution.hpp>

#include <span>

#include <deft/core/op_def.hpp>

#include "convolution_rules.hpp"
#include "kernels/convolutions/convolution.hpp"
#include "window_rules.hpp"

namespace deft {
namespace builtin {
namespace {

// y = conv(x, w), and the gradients of x and w where y stands for that of y, are three operations
// that are each other's gradients. "x", "w" and "y" below are these, whichever of them is computed;
// the builders call them by what they are to users.

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
