#include <algorithm>
#include <array>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/math.hpp>

#include "op_table.hpp"
#include "widened.hpp"
#include "windows.hpp"

namespace deft::onnx {
namespace {

/// x [n, channels, spatial...] with a bias [channels], or without one.
Output biased(const NodeContext& node, const Output& x) {
  if (!node.has_input(2)) return x;
  std::vector<std::int64_t> dims(x.shape().rank() - 1, 1);
  dims[0] = Shape::unknown;
  return add(x, reshape(as_dtype(node.input(2), x.dtype()), Shape(dims)));
}

/// [out, in, spatial...] -> [spatial..., in, out]
Output filter_last(const Output& filter) {
  std::vector<std::int64_t> permutation;
  for (std::size_t i = 2; i < filter.shape().rank(); ++i)
    permutation.push_back(static_cast<std::int64_t>(i));
  permutation.insert(permutation.end(), {1, 0});
  return transpose(filter, permutation);
}

std::vector<Output> import_conv(const NodeContext& node) {
  const Output input = node.input(0);
  const Output filter = node.input(1);
  const Windows windows = windows_of(node, input.shape(), spatial_dims(node, filter.shape()));
  const DType dtype = computing_dtype(input.dtype());
  const Output x = as_dtype(node.channels_last().of(input), dtype);
  const Output y = conv(x, filter_last(as_dtype(filter, dtype)),
                        {.strides = windows.strides,
                         .dilations = windows.dilations,
                         .groups = node.integer("group", 1),
                         .padding = windows.padding});
  const Output sum = node.has_input(2) ? add(y, as_dtype(node.input(2), dtype)) : y;
  return {node.channels_last().first(as_dtype(sum, input.dtype()))};
}

/// What is cut off at both sides of what a transposed convolution gives; negative: added.
Paddings transposed_pads(const NodeContext& node, const std::vector<std::int64_t>& sizes,
                         const ConvTransposeOptions& options,
                         const std::vector<std::int64_t>& window) {
  const std::size_t dimensions = sizes.size();
  const std::string mode = node.text("auto_pad", "NOTSET");
  const bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  const auto added = per_dimension(node, "output_padding", dimensions, 0);
  Paddings pads = explicit_pads(node, dimensions);
  if (!node.has("output_shape") && !same) {
    if (mode == "VALID") pads = Paddings(dimensions);
    for (std::size_t i = 0; i < dimensions; ++i) pads[i].second -= added[i];
    return pads;
  }
  std::vector<std::int64_t> wanted = node.integers("output_shape", std::vector<std::int64_t>());
  if (wanted.size() == dimensions + 2) wanted.erase(wanted.begin(), wanted.begin() + 2);
  for (std::size_t i = 0; i < dimensions; ++i) {
    if (sizes[i] == Shape::unknown)
      node.refuse(
          "with output_shape or auto_pad the spatial dimensions of its input must be known; bind "
          "them by OnnxImportOptions: dims or shapes");
    if (!node.has("output_shape")) wanted.push_back(sizes[i] * options.strides[i]);
    if (wanted.size() <= i) node.refuse("its output_shape has too few numbers");
    const std::int64_t whole =
        options.strides[i] * (sizes[i] - 1) + (window[i] - 1) * options.dilations[i] + 1;
    const std::int64_t total = whole + added[i] - wanted[i];
    const std::int64_t smaller = total >= 0 ? total / 2 : (total - 1) / 2;
    pads[i] = mode == "SAME_UPPER" ? std::pair(smaller, total - smaller)
                                   : std::pair(total - smaller, smaller);
    pads[i].second -= added[i];
  }
  return pads;
}

std::vector<Output> import_conv_transpose(const NodeContext& node) {
  const Output filter = node.input(1);
  const std::vector<std::int64_t> sizes = spatial_dims(node, node.input(0).shape());
  const std::size_t dimensions = sizes.size();
  ConvTransposeOptions options{.strides = per_dimension(node, "strides", dimensions, 1),
                               .dilations = per_dimension(node, "dilations", dimensions, 1),
                               .groups = node.integer("group", 1),
                               .layout = ChannelLayout::channels_first};
  const std::vector<std::int64_t> window = spatial_dims(node, filter.shape());
  if (window.size() != dimensions)
    node.refuse("its filter " + to_string(filter.spec()) + " does not fit its input " +
                to_string(node.input(0).spec()));
  Paddings extension(2);
  for (const auto& [begin, end] : transposed_pads(node, sizes, options, window)) {
    options.padding.emplace_back(std::max<std::int64_t>(begin, 0), std::max<std::int64_t>(end, 0));
    extension.emplace_back(std::max<std::int64_t>(-begin, 0), std::max<std::int64_t>(-end, 0));
  }
  const bool extends =
      std::ranges::any_of(extension, [](const auto& sides) { return sides != std::pair(0L, 0L); });
  return {widened(node.input(0), [&](const Output& x) {
    const Output y = conv_transpose(x, as_dtype(filter, x.dtype()), options);
    return biased(node, extends ? pad(y, extension) : y);
  })};
}

/// Input i as f64, less its zero point, which is of the whole tensor or of each position along
/// dimension `axis`. Integers of 8 bits and their sums of products are exact there.
Output centred(const NodeContext& node, std::size_t i, std::size_t axis) {
  Output x = cast(node.input(i), DType::f64);
  if (!node.has_input(i + 2)) return x;
  const Output zero = cast(node.input(i + 2), DType::f64);
  if (zero.shape().rank() == 0) return sub(x, zero);
  std::vector<std::int64_t> dims(x.shape().rank(), 1);
  dims[axis] = Shape::unknown;
  return sub(x, reshape(zero, Shape(dims)));
}

std::vector<Output> import_conv_integer(const NodeContext& node) {
  const Windows windows =
      windows_of(node, node.input(0).shape(), spatial_dims(node, node.input(1).shape()));
  const Output y = conv(centred(node, 0, 1), centred(node, 1, 0),
                        {.strides = windows.strides,
                         .dilations = windows.dilations,
                         .groups = node.integer("group", 1),
                         .padding = windows.padding,
                         .layout = ChannelLayout::channels_first});
  return {cast(y, DType::i32)};
}

constexpr std::array convolutions{
    OpImport{"Conv", import_conv, 1},
    OpImport{"ConvTranspose", import_conv_transpose, 1},
    OpImport{"ConvInteger", import_conv_integer, 10},
};

}  // namespace

std::span<const OpImport> convolution_ops() { return convolutions; }

}  // namespace deft::onnx
