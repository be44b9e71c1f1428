#include <deft/nn/convolution_layers.hpp>

#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/math.hpp>

#include "parameter.hpp"

namespace deft {
namespace {

using Numbers = std::vector<std::int64_t>;

/// Whether a filter has the channels of the layer's input before those of its output, as the
/// weights of all layers, or behind them.
enum class FilterOrder { inputs_first, outputs_first };

void check_window(const LayerName& layer, const Numbers& window) {
  if (window.empty() || window.size() > 3)
    layer.refuse(ErrorCode::invalid_argument,
                 "the window has " + std::to_string(window.size()) + " dimensions",
                 "give it 1 to 3, those of the data");
  for (const std::int64_t size : window) layer.require_positive("a dimension of the window", size);
}

/// Where the dimensions of [window..., inputs, outputs] go in a filter.
Numbers permutation_of(std::size_t spatial_rank, ChannelLayout layout, FilterOrder order) {
  Numbers window(spatial_rank);
  for (std::size_t i = 0; i < spatial_rank; ++i) window[i] = static_cast<std::int64_t>(i);
  const auto inputs = static_cast<std::int64_t>(spatial_rank);
  Numbers channels{inputs, inputs + 1};
  // ONNX has the two kinds of channels the other way round, too.
  if ((order == FilterOrder::outputs_first) == (layout == ChannelLayout::channels_last))
    channels = {inputs + 1, inputs};
  Numbers& first = layout == ChannelLayout::channels_last ? window : channels;
  const Numbers& second = layout == ChannelLayout::channels_last ? channels : window;
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// What `initializer` makes of [window..., inputs, outputs], in the order of a filter.
Initializer permuted(const Initializer& initializer, const Numbers& permutation) {
  if (!initializer) return initializer;
  return [=](const Random& random, DType dtype, const Shape& shape, std::string_view name,
             SourceLocation where) {
    const Output made = initializer(random, dtype, shape, name, where);
    const std::string transposed = std::string(name) + "/transposed";
    return transpose(made, permutation, {.name = transposed, .where = where});
  };
}

/// The filter of a layer. In the common order nothing is transposed.
Output filter(const Random& random, const LayerName& layer, const Numbers& window,
              std::int64_t inputs, std::int64_t outputs, ChannelLayout layout, FilterOrder order,
              DType dtype, const Initializer& initializer) {
  Numbers dims = window;
  dims.push_back(inputs);
  dims.push_back(outputs);
  const bool is_common =
      layout == ChannelLayout::channels_last && order == FilterOrder::inputs_first;
  const Numbers permutation = permutation_of(window.size(), layout, order);
  return parameter(random, layer, "weight", dtype, Shape(dims),
                   is_common ? initializer : permuted(initializer, permutation));
}

/// `y` plus a bias of its channels.
Output biased(const Composite& made, const Output& y, const Output& bias, ChannelLayout layout) {
  const auto rank = static_cast<std::int64_t>(y.shape().rank());
  const std::int64_t axis = layout == ChannelLayout::channels_last ? rank - 1 : 1;
  return add(y, made.inside([&] { return along_axis(bias, rank, axis); }), made.result());
}

/// The padding of a convolution of x that gives as many windows as x has elements, but for strides.
Paddings same_padding(const Composite& made, const Output& x, const Conv& layer) {
  const Shape& shape = x.shape();
  const std::size_t spatial_rank = layer.window.size();
  const bool channels_first = layer.settings.layout == ChannelLayout::channels_first;
  Numbers sizes;
  sizes.reserve(spatial_rank);
  for (std::size_t i = 0; i < spatial_rank; ++i) {
    sizes.push_back(shape[i + (channels_first ? 2 : 1)]);
    if (sizes.back() != Shape::unknown) continue;
    const Numbers& strides = layer.settings.strides;
    if (i < strides.size() && strides[i] != 1)
      made.refuse(ErrorCode::shape_mismatch,
                  "x has the shape " + shape.to_string() +
                      ", and what same padding adds under the stride " +
                      std::to_string(strides[i]) + " depends on its spatial dimension " +
                      std::to_string(i),
                  "give x known spatial dimensions, or state the padding in pairs");
    sizes.back() = 1;  // windows beside each other need the same padding for every size
  }
  const SameOptions options{.strides = layer.settings.strides,
                            .dilations = layer.settings.dilations,
                            .where = made.result().where};
  return layer.same == SamePadding::upper ? same_upper(sizes, layer.window, options)
                                          : same_lower(sizes, layer.window, options);
}

}  // namespace

Conv::Conv(const Random& random, std::int64_t inputs, std::int64_t outputs, const Numbers& of,
           const ConvLayerOptions& options)
    : window(of),
      settings{.strides = options.strides,
               .dilations = options.dilations,
               .groups = options.groups,
               .padding = options.padding,
               .layout = options.layout,
               .where = options.where},
      same(options.same) {
  const LayerName layer{"conv", options.name, options.where};
  check_window(layer, window);
  layer.require_positive("the number of groups", options.groups);
  for (const std::int64_t channels : {inputs, outputs})
    if (channels % options.groups != 0)
      layer.refuse(ErrorCode::invalid_argument,
                   std::to_string(channels) + " channels are no multiple of " +
                       std::to_string(options.groups) + " groups",
                   "give a number of groups that divides those of the inputs and of the outputs");
  if (same != SamePadding::none && !options.padding.empty())
    layer.refuse(ErrorCode::invalid_argument,
                 "the padding is given in " + std::to_string(options.padding.size()) +
                     " pairs, and as same padding too",
                 "leave out one of them");
  weight = filter(random, layer, window, inputs / options.groups, outputs, options.layout,
                  FilterOrder::inputs_first, options.dtype, options.weight_initializer);
  if (options.use_bias)
    bias = parameter(random, layer, "bias", options.dtype, {outputs}, options.bias_initializer);
}

Output Conv::operator()(const Output& x, const NodeOptions& options) const {
  const Composite made(x, "conv", options);
  if (x.shape().rank() != window.size() + 2)
    made.refuse(ErrorCode::shape_mismatch,
                "x has the shape " + x.shape().to_string() + " of rank " +
                    std::to_string(x.shape().rank()) + ", but the window has " +
                    std::to_string(window.size()) + " dimensions",
                "give x a batch, channels and as many spatial dimensions as the window has");
  const NodeOptions last = made.result();
  ConvOptions with = settings;
  with.where = last.where;
  if (same != SamePadding::none) with.padding = same_padding(made, x, *this);
  if (bias.is_empty()) {
    with.name = last.name;
    return conv(x, weight, with);
  }
  return biased(made, made.inside([&] { return conv(x, weight, with); }), bias, settings.layout);
}

ConvTranspose::ConvTranspose(const Random& random, std::int64_t inputs, std::int64_t outputs,
                             const Numbers& window, const ConvTransposeLayerOptions& options)
    : settings{.strides = options.strides,
               .dilations = options.dilations,
               .padding = options.padding,
               .output_padding = options.output_padding,
               .layout = options.layout,
               .where = options.where} {
  const LayerName layer{"conv_transpose", options.name, options.where};
  check_window(layer, window);
  weight = filter(random, layer, window, inputs, outputs, options.layout,
                  FilterOrder::outputs_first, options.dtype, options.weight_initializer);
  if (options.use_bias)
    bias = parameter(random, layer, "bias", options.dtype, {outputs}, options.bias_initializer);
}

Output ConvTranspose::operator()(const Output& x, const NodeOptions& options) const {
  const Composite made(x, "conv_transpose", options);
  const NodeOptions last = made.result();
  ConvTransposeOptions with = settings;
  with.where = last.where;
  if (bias.is_empty()) {
    with.name = last.name;
    return conv_transpose(x, weight, with);
  }
  const Output y = made.inside([&] { return conv_transpose(x, weight, with); });
  return biased(made, y, bias, settings.layout);
}

}  // namespace deft
