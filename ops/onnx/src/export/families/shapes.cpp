#include <algorithm>
#include <array>
#include <cstdint>
#include <variant>
#include <vector>

#include "export/export_table.hpp"
#include "export/families/sums.hpp"

// Tensors made, reshaped and repeated. Shapes that are known are written down; others are computed
// from the shape of a tensor.
namespace deft::onnx {
namespace {

using Integers = std::vector<std::int64_t>;

Integers dims_of(const Shape& shape) { return {shape.dims().begin(), shape.dims().end()}; }

std::int64_t unknown_in(const Shape& shape) {
  return std::ranges::count(shape.dims(), Shape::unknown);
}

void reshape_to(const ExportContext& node, const ValueName& shape) {
  node.make("Reshape", {node.input(), shape}, {attribute("allowzero", std::int64_t{1})});
}

/// ONNX takes 0 for a copied dimension unless it is told; beside 0, it refuses -1.
void reshape_to(const ExportContext& node, const Shape& shape) {
  const ValueName dims = node.writer().integers(dims_of(shape), "shape");
  if (std::ranges::count(shape.dims(), 0) > 0) return reshape_to(node, dims);
  node.make("Reshape", {node.input(), dims});
}

void export_reshape(const ExportContext& node) {
  const Shape& shape = node.spec().shape;
  reshape_to(node, shape.is_fully_defined() ? shape : node.attributes().get<Shape>("shape"));
}

void write_reshape_like(const ExportContext& node) {
  reshape_to(node, node.writer().shape(node.input(1)));
}

void export_reshape_like(const ExportContext& node) {
  const Shape& shape = node.spec().shape;
  const bool one_is_open = unknown_in(shape) == 1 && std::ranges::count(shape.dims(), 0) == 0;
  if (shape.is_fully_defined() || one_is_open) return reshape_to(node, shape);
  node.call(write_reshape_like);
}

void export_expand_dims(const ExportContext& node) {
  const ValueName axes = node.writer().integers({node.axis("axis", node.rank() + 1)}, "axes");
  node.make("Unsqueeze", {node.input(), axes});
}

/// Without axes ONNX would remove all dimensions of 1.
void export_squeeze(const ExportContext& node) {
  const Integers& axes = node.integers("axes");
  if (axes.empty()) return node.make("Identity");
  node.make("Squeeze", {node.input(), node.writer().integers(axes, "axes")});
}

void export_size(const ExportContext& node) {
  if (!node.has("axes")) return node.make("Size");
  const ValueName axes = node.writer().integers(node.integers("axes"), "axes");
  const ValueName sizes = node.writer().add("Gather", {node.writer().shape(node.input()), axes});
  node.make("ReduceProd", {sizes}, {attribute("keepdims", std::int64_t{0})});
}

/// The shape of the result: a constant if it is known, else computed from that of input i.
ValueName shape_of_result(const ExportContext& node, std::size_t i) {
  const Shape& shape = node.spec().shape;
  if (shape.is_fully_defined()) return node.writer().integers(dims_of(shape), "shape");
  return node.writer().shape(node.input(i));
}

void fill_with(const ExportContext& node, const Tensor& element) {
  node.make("ConstantOfShape", {shape_of_result(node, 0)},
            {node.writer().attribute("value", element.to(node.spec().dtype))});
}

template <int value>
void export_filled(const ExportContext& node) {
  fill_with(node, Tensor{value});
}

void export_fill(const ExportContext& node) {
  const AttributeValue& value = *node.attributes().find("value");
  const auto* integer = std::get_if<std::int64_t>(&value);
  fill_with(node, integer != nullptr ? Tensor{*integer} : Tensor{std::get<double>(value)});
}

void export_broadcast_to(const ExportContext& node) {
  node.make("Expand", {node.input(), shape_of_result(node, 0)});
}

void export_broadcast_like(const ExportContext& node) {
  node.make("Expand", {node.input(), shape_of_result(node, 1)});
}

void write_sum_like(const ExportContext& node) {
  node.make("Identity",
            {summed_like(node.writer(), node.input(0), node.rank(0), node.input(1), node.rank(1))});
}

/// All elements, since floating ones are rounded otherwise by ONNX's Range.
void export_range(const ExportContext& node) {
  node.writer().constant_to(node.output(), node.value().value());
}

void write_range_like(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName count = writer.dimension(node.input(), node.axis("axis", node.rank()));
  node.make("Range", {writer.integer(0), count, writer.integer(1)});
}

constexpr std::array shapes{
    OpExport{"reshape", export_reshape},
    OpExport{"reshape_like", export_reshape_like},
    OpExport{"expand_dims", export_expand_dims},
    OpExport{"squeeze", export_squeeze},
    OpExport{"shape", same<"Shape">},
    OpExport{"size", export_size},
    OpExport{"zeros", export_filled<0>},
    OpExport{"ones", export_filled<1>},
    OpExport{"zeros_like", export_filled<0>},
    OpExport{"ones_like", export_filled<1>},
    OpExport{"fill", export_fill},
    OpExport{"broadcast_to", export_broadcast_to},
    OpExport{"broadcast_like", export_broadcast_like},
    OpExport{"sum_like", as_function<write_sum_like>},
    OpExport{"range", export_range},
    OpExport{"range_like", as_function<write_range_like>},
};

}  // namespace

std::span<const OpExport> shape_exports() { return shapes; }

}  // namespace deft::onnx
