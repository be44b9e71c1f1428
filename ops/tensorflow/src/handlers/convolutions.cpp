#include <deft/ops/array.hpp>
#include <deft/ops/convolution.hpp>

#include "handlers/handlers.hpp"
#include "handlers/layout.hpp"

// Filters are [height, width, in, out] in TensorFlow, whatever the layout of the pictures.
namespace deft::tensorflow {
namespace {

void check_filter(const NodeContext& context, const Shape& filter) {
  if (filter.rank() != 4 || !filter.is_fully_defined())
    context.refuse("its filter has the shape " + filter.to_string());
  check_dimensions(context, filter);
}

ConvOptions conv_options(const NodeContext& context, const Shape& input, const Shape& filter) {
  check_filter(context, filter);
  const std::vector<std::int64_t> sizes = spatial_sizes(context, input);
  const std::vector<std::int64_t> strides = spatial(context, "strides");
  const std::vector<std::int64_t> dilations = spatial(context, "dilations");
  const std::int64_t channels = input[is_channels_first(context) ? 1 : 3];
  if (channels == Shape::unknown || filter[2] == 0 || channels % filter[2] != 0)
    context.refuse("its input " + input.to_string() + " does not have the channels of its filter " +
                   filter.to_string());
  return {.strides = strides,
          .dilations = dilations,
          .groups = channels / filter[2],
          .padding = padding_of(context, sizes, {filter[0], filter[1]}, strides, dilations),
          .layout = layout_of(context)};
}

/// A filter as deft has it for this layout.
Output filter_for(const NodeContext& context, const Output& filter) {
  return is_channels_first(context) ? transpose(filter, {3, 2, 0, 1}) : filter;
}

std::vector<Output> conv_handler(const NodeContext& context) {
  const Output& x = context.input(0);
  ConvOptions options = conv_options(context, x.shape(), context.input(1).shape());
  const Output filter = context.inside([&] { return filter_for(context, context.input(1)); });
  options.name = context.name();
  return {conv(x, filter, options)};
}

/// filter [height, width, in, multiplier]: every channel is a group of its own.
std::vector<Output> depthwise_handler(const NodeContext& context) {
  const Output& x = context.input(0);
  const Shape& shape = context.input(1).shape();
  check_filter(context, shape);
  const Shape grouped{shape[0], shape[1], 1, shape[2] * shape[3]};
  ConvOptions options = conv_options(context, x.shape(), grouped);
  const Output filter =
      context.inside([&] { return filter_for(context, reshape(context.input(1), grouped)); });
  options.name = context.name();
  return {conv(x, filter, options)};
}

/// sizes of the input, filter, gradient of the result -> gradient of the input
std::vector<Output> input_gradient_handler(const NodeContext& context) {
  const Shape input = context.shape(0);
  const Shape& filter_shape = context.input(1).shape();
  const Output& dy = context.input(2);
  const ConvOptions options = conv_options(context, input, filter_shape);
  const std::vector<std::int64_t> sizes = spatial_sizes(context, input);
  const std::vector<std::int64_t> windows = spatial_sizes(context, dy.shape());
  std::vector<std::int64_t> more;  // elements that no window reaches
  for (std::size_t i = 0; i < 2; ++i) {
    if (windows[i] == Shape::unknown) context.refuse("its gradient has unknown dimensions");
    std::int64_t reached =
        (windows[i] - 1) * options.strides[i] + (filter_shape[i] - 1) * options.dilations[i] + 1;
    if (!options.padding.empty()) reached -= options.padding[i].first + options.padding[i].second;
    more.push_back(sizes[i] - reached);
  }
  const Output filter = context.inside([&] { return filter_for(context, context.input(1)); });
  return {conv_transpose(dy, filter,
                         {.strides = options.strides,
                          .dilations = options.dilations,
                          .groups = options.groups,
                          .padding = options.padding,
                          .output_padding = more,
                          .layout = options.layout,
                          .name = context.name()})};
}

/// input, sizes of the filter, gradient of the result -> gradient of the filter
std::vector<Output> filter_gradient_handler(const NodeContext& context) {
  const Output& x = context.input(0);
  const Shape shape = context.shape(1);
  ConvOptions options = conv_options(context, x.shape(), shape);
  const Output like =
      context.inside([&] { return filter_for(context, zeros(context.graph(), x.dtype(), shape)); });
  if (!is_channels_first(context)) {
    options.name = context.name();
    return {conv_filter_gradient(x, context.input(2), like, options)};
  }
  const Output gradient =
      context.inside([&] { return conv_filter_gradient(x, context.input(2), like, options); });
  return {transpose(gradient, {2, 3, 1, 0}, context.options())};
}

constexpr OpHandler handlers[] = {
    {"Conv2D", conv_handler},
    {"Conv2DBackpropFilter", filter_gradient_handler},
    {"Conv2DBackpropInput", input_gradient_handler},
    {"DepthwiseConv2dNative", depthwise_handler},
};

}  // namespace

constinit const OpHandlers convolution_handlers = handlers;

}  // namespace deft::tensorflow
