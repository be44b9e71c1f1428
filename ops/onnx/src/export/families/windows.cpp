#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/constant_value.hpp>

#include "export/export_table.hpp"

// Convolutions and pools. ONNX has the channels before the spatial dimensions alone: where deft has
// them behind, the model transposes around. Importers take that for what it is.
namespace deft::onnx {
namespace {

using Integers = std::vector<std::int64_t>;

std::size_t dimensions(const ExportContext& node) { return node.rank() - 2; }

/// The attribute of deft, or so many of `value` where it is left out.
Integers list(const ExportContext& node, const char* name, std::size_t count, std::int64_t value) {
  const Integers& given = node.integers(name);
  return given.empty() ? Integers(count, value) : given;
}

/// All begins before all ends.
Integers pads(const ExportContext& node) {
  const Integers pairs = list(node, "padding", 2 * dimensions(node), 0);
  Integers sorted;
  for (std::size_t side = 0; side < 2; ++side)
    for (std::size_t i = 0; i < dimensions(node); ++i) sorted.push_back(pairs[2 * i + side]);
  return sorted;
}

NodeWriter::Attributes shared_attributes(const ExportContext& node) {
  return {attribute("pads", pads(node)),
          attribute("strides", list(node, "strides", dimensions(node), 1))};
}

ValueName transposed(NodeWriter& writer, const ValueName& x, const Integers& permutation) {
  return writer.add("Transpose", {x}, {attribute("perm", permutation)});
}

/// [n, spatial..., channels] -> [n, channels, spatial...]
Integers channels_forward(std::size_t rank) {
  Integers permutation(rank);
  std::iota(permutation.begin(), permutation.end(), 0);
  std::rotate(permutation.begin() + 1, permutation.end() - 1, permutation.end());
  return permutation;
}

/// The way back.
Integers channels_back(std::size_t rank) {
  Integers permutation(rank);
  std::iota(permutation.begin(), permutation.end(), 0);
  std::rotate(permutation.begin() + 1, permutation.begin() + 2, permutation.end());
  return permutation;
}

/// [window..., in, out] -> [out, in, window...]
Integers filter_forward(std::size_t rank) {
  Integers permutation(rank);
  std::iota(permutation.begin() + 2, permutation.end(), 0);
  permutation[0] = static_cast<std::int64_t>(rank) - 1;
  permutation[1] = static_cast<std::int64_t>(rank) - 2;
  return permutation;
}

/// Input i with the channels before the spatial dimensions.
ValueName forward(const ExportContext& node, std::size_t i) {
  if (node.flag("channels_first")) return node.input(i);
  return transposed(node.writer(), node.input(i), channels_forward(node.rank()));
}

/// The filter as ONNX has it. One that is stored in the model is stored so.
ValueName filter(const ExportContext& node) {
  if (node.flag("channels_first")) return node.input(1);
  const Integers permutation = filter_forward(node.rank());
  const std::optional<Tensor> value = node.stored(1);
  if (!value) return transposed(node.writer(), node.input(1), permutation);
  const Graph aside;
  const std::optional<Tensor> turned =
      constant_value(transpose(constant(aside, *value), permutation));
  return node.writer().constant_beside(node.input(1), turned.value(), "transposed");
}

/// The result of the node, made by `op` with the channels before the spatial dimensions.
void make_back(const ExportContext& node, const std::string& op, std::vector<ValueName> inputs,
               NodeWriter::Attributes attributes) {
  if (node.flag("channels_first")) return node.make(op, std::move(inputs), std::move(attributes));
  const ValueName y = node.writer().add(op, std::move(inputs), std::move(attributes));
  node.make("Transpose", {y}, {attribute("perm", channels_back(node.rank()))});
}

void write_conv(const ExportContext& node) {
  NodeWriter::Attributes attributes = shared_attributes(node);
  attributes.push_back(attribute("dilations", list(node, "dilations", dimensions(node), 1)));
  attributes.push_back(attribute("group", node.integer("groups")));
  make_back(node, "Conv", {forward(node, 0), filter(node)}, std::move(attributes));
}

/// The importer computes with the channels behind, as deft does by default; what had them before,
/// and may have other bits, is a function.
void export_conv(const ExportContext& node) {
  node.flag("channels_first") ? node.call(write_conv) : write_conv(node);
}

/// By how much the result is larger than the smallest of which conv makes the input.
Integers output_padding(const ExportContext& node) {
  const std::size_t count = dimensions(node);
  if (node.inputs().size() == 2) return list(node, "output_padding", count, 0);
  const bool first = node.flag("channels_first");
  const Integers strides = list(node, "strides", count, 1);
  const Integers dilations = list(node, "dilations", count, 1);
  const Integers padding = pads(node);
  const Shape y = node.input_spec(0).shape, w = node.input_spec(1).shape, x = node.spec().shape;
  Integers more;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = i + (first ? 2 : 1);
    const std::int64_t window = w[i + (first ? 2 : 0)];
    if (y[at] == Shape::unknown || window == Shape::unknown || x[at] == Shape::unknown)
      node.refuse("its spatial dimensions are not known; ONNX wants them in numbers");
    more.push_back(x[at] - ((y[at] - 1) * strides[i] + (window - 1) * dilations[i] + 1 -
                            padding[i] - padding[count + i]));
  }
  return more;
}

void write_conv_transpose(const ExportContext& node) {
  NodeWriter::Attributes attributes = shared_attributes(node);
  attributes.push_back(attribute("dilations", list(node, "dilations", dimensions(node), 1)));
  attributes.push_back(attribute("group", node.integer("groups")));
  attributes.push_back(attribute("output_padding", output_padding(node)));
  make_back(node, "ConvTranspose", {forward(node, 0), filter(node)}, std::move(attributes));
}

void export_conv_transpose(const ExportContext& node) {
  const bool is_plain =
      node.flag("channels_first") && node.inputs().size() == 2 &&
      std::ranges::count(output_padding(node), 0) == static_cast<std::ptrdiff_t>(dimensions(node));
  is_plain ? write_conv_transpose(node) : node.call(write_conv_transpose);
}

NodeWriter::Attributes max_pool_attributes(const ExportContext& node) {
  NodeWriter::Attributes attributes = shared_attributes(node);
  attributes.push_back(attribute("kernel_shape", node.integers("window")));
  attributes.push_back(attribute("dilations", list(node, "dilations", dimensions(node), 1)));
  return attributes;
}

void export_max_pool(const ExportContext& node) {
  if (is_integer(node.dtype()))
    node.refuse("ONNX pools floating numbers, and bytes; cast it before");
  make_back(node, "MaxPool", {forward(node, 0)}, max_pool_attributes(node));
}

/// Numbers in x, as MaxPool sees it, of the largest element of each window.
ValueName largest(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName indices = writer.new_name("indices");
  writer.add_to({writer.new_name("values"), indices}, "MaxPool", {forward(node, 0)},
                max_pool_attributes(node));
  return indices;
}

ValueName flat(NodeWriter& writer, const ValueName& x) {
  return writer.add("Reshape", {x, writer.integers({-1}, "shape")});
}

/// The elements of input 1 where those of input 0 are the largest.
void write_max_pool_gather(const ExportContext& node) {
  const ValueName all = flat(node.writer(), forward(node, 1));
  make_back(node, "Gather", {all, largest(node)}, {});
}

/// The elements of input 1, one for each window, added to where the largest elements are.
void write_max_pool_scatter(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName shape = writer.shape(forward(node, 0));
  const ValueName count = writer.unsqueezed(writer.add("Size", {node.input(0)}), {0});
  const Tensor zero = Tensor::zeros(node.dtype(), {1});
  const ValueName none = writer.add("ConstantOfShape", {count}, {writer.attribute("value", zero)});
  const ValueName sums = writer.add(
      "ScatterElements", {none, flat(writer, largest(node)), flat(writer, forward(node, 1))},
      {attribute("reduction", std::string("add"))});
  make_back(node, "Reshape", {sums, shape}, {attribute("allowzero", std::int64_t{1})});
}

void export_average_pool(const ExportContext& node) {
  for (const std::int64_t dilation : node.integers("dilations"))
    if (dilation != 1)
      node.refuse(
          "ONNX has dilations of means from opset 19 on, and models are written at opset 17");
  NodeWriter::Attributes attributes = shared_attributes(node);
  attributes.push_back(attribute("kernel_shape", node.integers("window")));
  attributes.push_back(
      attribute("count_include_pad", std::int64_t{node.flag("count_include_padding")}));
  make_back(node, "AveragePool", {forward(node, 0)}, std::move(attributes));
}

constexpr std::array windows{
    OpExport{"conv", export_conv},
    OpExport{"conv_transpose", export_conv_transpose},
    OpExport{"max_pool", export_max_pool},
    OpExport{"max_pool_gather", as_function<write_max_pool_gather>},
    OpExport{"max_pool_scatter", as_function<write_max_pool_scatter>},
    OpExport{"average_pool", export_average_pool},
};

}  // namespace

std::span<const OpExport> window_exports() { return windows; }

}  // namespace deft::onnx
