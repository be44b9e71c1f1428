#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

#include "export/export_table.hpp"
#include "export/families/window_parts.hpp"

// What the gradients of convolutions and pools are made of, as functions. In comments the channels
// stand before the spatial dimensions.
namespace deft::onnx {
namespace {

/// Dimensions `begin` up to `end` of x, as a shape.
ValueName dims_of(NodeWriter& writer, const ValueName& x, std::size_t begin, std::size_t end) {
  const auto position = [&](std::size_t at, const char* what) {
    return writer.integers({static_cast<std::int64_t>(at)}, what);
  };
  return writer.add("Slice", {writer.shape(x), position(begin, "starts"), position(end, "ends")});
}

ValueName joined(NodeWriter& writer, const Integers& first, const ValueName& rest) {
  return writer.add("Concat", {writer.integers(first, "first"), rest},
                    {attribute("axis", std::int64_t{0})});
}

/// x of this rank with two dimensions exchanged.
ValueName exchanged(NodeWriter& writer, const ValueName& x, std::size_t rank, std::size_t i,
                    std::size_t j) {
  Integers permutation(rank);
  std::iota(permutation.begin(), permutation.end(), 0);
  std::swap(permutation[i], permutation[j]);
  return transposed(writer, x, permutation);
}

/// x [n, groups in, spatial...] -> [in, groups n, spatial...]
ValueName batch_as_channels(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName x = channels_forward(node, 0);
  const std::int64_t groups = node.integer("groups");
  if (groups == 1) return exchanged(writer, x, node.rank(), 0, 1);
  const ValueName spatial = dims_of(writer, x, 2, node.rank());
  const ValueName apart = writer.add("Reshape", {x, joined(writer, {0, groups, -1}, spatial)});
  const ValueName turned = exchanged(writer, apart, node.rank() + 1, 0, 2);
  return writer.add("Reshape", {turned, joined(writer, {0, -1}, spatial)});
}

/// x, the gradient g [n, out, windows...] and a filter [out, in, window...] -> that of the filter:
/// a convolution over what was the batch, of x by g. Strides are then those between the elements of
/// a window, and behind the last element there may be more positions of g.
void write_conv_filter_gradient(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const std::size_t rank = node.rank(), count = spatial_rank(node);
  const bool first = node.flag("channels_first");
  const ValueName g = exchanged(writer, channels_forward(node, 1), rank, 0, 1);
  const ValueName sums = writer.add(
      "Conv", {batch_as_channels(node), g},
      {attribute("pads", pads_of(node)), attribute("strides", dilations_of(node)),
       attribute("dilations", strides_of(node)), attribute("group", node.integer("groups"))});
  const ValueName window =
      first ? dims_of(writer, node.input(2), 2, rank) : dims_of(writer, node.input(2), 0, count);
  Integers axes(count);
  std::iota(axes.begin(), axes.end(), 2);
  const ValueName cut = writer.add("Slice", {sums, writer.integers(Integers(count, 0), "starts"),
                                             window, writer.integers(axes, "axes")});
  Integers permutation(rank);  // [in, out, window...] -> the filter
  std::iota(permutation.begin(), permutation.end(), 0);
  if (first)
    std::swap(permutation[0], permutation[1]);
  else
    std::rotate(permutation.begin(), permutation.begin() + 2, permutation.end());
  node.make("Transpose", {cut}, {attribute("perm", permutation)});
}

/// Numbers in x, as MaxPool sees it, of the largest element of each window.
ValueName largest(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  ValueName indices = writer.new_name("indices");
  writer.add_to({writer.new_name("values"), indices}, "MaxPool", {channels_forward(node, 0)},
                max_pool_attributes(node));
  return indices;
}

ValueName flat(NodeWriter& writer, const ValueName& x) {
  return writer.add("Reshape", {x, writer.integers({-1}, "shape")});
}

/// The elements of input 1 where those of input 0 are the largest.
void write_max_pool_gather(const ExportContext& node) {
  const ValueName all = flat(node.writer(), channels_forward(node, 1));
  make_channels_back(node, "Gather", {all, largest(node)}, {});
}

/// `value` everywhere in a tensor of this shape.
ValueName filled(const ExportContext& node, const ValueName& shape, double value) {
  const Tensor element = Tensor::from({1}, {value}).to(node.dtype());
  return node.writer().add("ConstantOfShape", {shape}, {node.writer().attribute("value", element)});
}

void make_reshaped_back(const ExportContext& node, const ValueName& x, const ValueName& shape) {
  make_channels_back(node, "Reshape", {x, shape}, {attribute("allowzero", std::int64_t{1})});
}

/// The elements of input 1, one for each window, added to where the largest elements are.
void write_max_pool_scatter(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName count = writer.unsqueezed(writer.add("Size", {node.input(0)}), {0});
  const ValueName sums = writer.add("ScatterElements",
                                    {filled(node, count, 0), flat(writer, largest(node)),
                                     flat(writer, channels_forward(node, 1))},
                                    {attribute("reduction", std::string("add"))});
  make_reshaped_back(node, sums, writer.shape(channels_forward(node, 0)));
}

/// How many elements each mean is of.
ValueName counts_of(const ExportContext& node, const ValueName& shape) {
  NodeWriter& writer = node.writer();
  double elements = 1;
  for (const std::int64_t size : node.integers("window")) elements *= static_cast<double>(size);
  ValueName all = writer.number(elements, node.dtype());
  if (node.flag("count_include_padding")) return all;
  const ValueName share = writer.add(
      "AveragePool", {filled(node, shape, 1)},
      {attribute("kernel_shape", node.integers("window")), attribute("pads", pads_of(node)),
       attribute("strides", strides_of(node)), attribute("count_include_pad", std::int64_t{1})});
  return writer.add("Mul", {share, all});
}

/// The elements of input 1, one for each window, shared out to the elements of the window: a
/// transposed convolution by ones, of each channel alone.
void write_average_pool_scatter(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const Integers& window = node.integers("window");
  const ValueName shape = writer.shape(channels_forward(node, 0));
  const ValueName share = writer.add("Div", {channels_forward(node, 1), counts_of(node, shape)});
  const ValueName spatial = dims_of(writer, share, 2, node.rank());
  const ValueName alone = writer.add("Reshape", {share, joined(writer, {-1, 1}, spatial)});
  Integers dims{1, 1};
  dims.insert(dims.end(), window.begin(), window.end());
  const ValueName ones = filled(node, writer.integers(dims, "window"), 1);
  const ValueName sums = writer.add(
      "ConvTranspose", {alone, ones},
      {attribute("pads", pads_of(node)), attribute("strides", strides_of(node)),
       attribute("output_padding",
                 left_over(node, node.input_spec(0).shape, node.input_spec(1).shape, window))});
  make_reshaped_back(node, sums, shape);
}

void export_average_pool_scatter(const ExportContext& node) {
  const Integers dilations = dilations_of(node);
  if (std::ranges::count(dilations, 1) != std::ssize(dilations))
    node.refuse("ONNX has dilations of means from opset 19 on, and models are written at opset 17");
  node.call(write_average_pool_scatter);
}

constexpr std::array gradients_of_windows{
    OpExport{"conv_filter_gradient", as_function<write_conv_filter_gradient>},
    OpExport{"max_pool_gather", as_function<write_max_pool_gather>},
    OpExport{"max_pool_scatter", as_function<write_max_pool_scatter>},
    OpExport{"average_pool_scatter", export_average_pool_scatter},
};

}  // namespace

std::span<const OpExport> window_gradient_exports() { return gradients_of_windows; }

}  // namespace deft::onnx
