#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>

#include <deft/ops/array.hpp>
#include <deft/ops/constant_value.hpp>

#include "export/export_table.hpp"
#include "export/families/window_parts.hpp"

// Convolutions and pools.
namespace deft::onnx {
namespace {

/// [window..., in, out] -> [out, in, window...]
Integers filter_forward(std::size_t rank) {
  Integers permutation(rank);
  std::iota(permutation.begin() + 2, permutation.end(), 0);
  permutation[0] = static_cast<std::int64_t>(rank) - 1;
  permutation[1] = static_cast<std::int64_t>(rank) - 2;
  return permutation;
}

/// The filter as ONNX has it. One that is stored in the model is stored so.
ValueName filter_of(const ExportContext& node) {
  if (node.flag("channels_first")) return node.input(1);
  const Integers permutation = filter_forward(node.rank());
  const std::optional<Tensor> value = node.stored(1);
  if (!value) return transposed(node.writer(), node.input(1), permutation);
  const Graph aside;
  const std::optional<Tensor> turned =
      constant_value(transpose(constant(aside, *value), permutation));
  return node.writer().constant_beside(node.input(1), turned.value(), "transposed");
}

NodeWriter::Attributes convolution_attributes(const ExportContext& node) {
  return {attribute("pads", pads_of(node)), attribute("strides", strides_of(node)),
          attribute("dilations", dilations_of(node)), attribute("group", node.integer("groups"))};
}

void write_conv(const ExportContext& node) {
  make_channels_back(node, "Conv", {channels_forward(node, 0), filter_of(node)},
                     convolution_attributes(node));
}

/// The importer computes with the channels behind, as deft does by default; what had them before,
/// and may have other bits, is a function.
void export_conv(const ExportContext& node) {
  node.flag("channels_first") ? node.call(write_conv) : write_conv(node);
}

/// By how much the result is larger than the smallest of which conv makes the input. A third input
/// has its shape.
Integers output_padding(const ExportContext& node) {
  const std::size_t count = spatial_rank(node);
  if (node.inputs().size() == 2) return window_list(node, "output_padding", count, 0);
  const Shape filter = node.input_spec(1).shape;
  const auto window = filter.dims().begin() + (node.flag("channels_first") ? 2 : 0);
  return left_over(node, node.spec().shape, node.input_spec(0).shape,
                   {window, window + static_cast<std::ptrdiff_t>(count)});
}

void write_conv_transpose(const ExportContext& node) {
  NodeWriter::Attributes attributes = convolution_attributes(node);
  attributes.push_back(attribute("output_padding", output_padding(node)));
  make_channels_back(node, "ConvTranspose", {channels_forward(node, 0), filter_of(node)},
                     std::move(attributes));
}

/// The importer computes with the channels before here, and pads what is larger.
void export_conv_transpose(const ExportContext& node) {
  const Integers more = output_padding(node);
  const bool is_plain = node.flag("channels_first") && node.inputs().size() == 2 &&
                        std::ranges::count(more, 0) == std::ssize(more);
  is_plain ? write_conv_transpose(node) : node.call(write_conv_transpose);
}

void export_max_pool(const ExportContext& node) {
  if (is_integer(node.dtype()))
    node.refuse("ONNX pools floating numbers, and bytes; cast it before");
  make_channels_back(node, "MaxPool", {channels_forward(node, 0)}, max_pool_attributes(node));
}

void export_average_pool(const ExportContext& node) {
  const Integers dilations = dilations_of(node);
  if (std::ranges::count(dilations, 1) != std::ssize(dilations))
    node.refuse("ONNX has dilations of means from opset 19 on, and models are written at opset 17");
  make_channels_back(
      node, "AveragePool", {channels_forward(node, 0)},
      {attribute("kernel_shape", node.integers("window")), attribute("pads", pads_of(node)),
       attribute("strides", strides_of(node)),
       attribute("count_include_pad", std::int64_t{node.flag("count_include_padding")})});
}

constexpr std::array windows{
    OpExport{"conv", export_conv},
    OpExport{"conv_transpose", export_conv_transpose},
    OpExport{"max_pool", export_max_pool},
    OpExport{"average_pool", export_average_pool},
};

}  // namespace

std::span<const OpExport> window_exports() { return windows; }

}  // namespace deft::onnx
