#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <variant>
#include <vector>

#include "export/export_table.hpp"
#include "export/families/sums.hpp"

// What indices name, and the order of elements.
namespace deft::onnx {
namespace {

using Integers = std::vector<std::int64_t>;

std::int64_t axis_of(const ExportContext& node) { return node.axis("axis", node.rank()); }

/// The indices of input 1 as i64, which GatherND and ScatterND want.
ValueName wide_indices(const ExportContext& node) {
  if (node.input_spec(1).dtype == DType::i64) return node.input(1);
  return node.writer().cast(node.input(1), DType::i64);
}

void export_gather(const ExportContext& node) {
  node.make("Gather", {attribute("axis", axis_of(node))});
}

void export_gather_nd(const ExportContext& node) {
  node.make("GatherND", {node.input(0), wide_indices(node)});
}

/// "add" or the attribute of deft as ONNX calls it at opset 17.
AttributeProto reduction_of(const ExportContext& node) {
  const std::string name =
      node.has("reduction") ? node.attributes().get<std::string>("reduction") : "add";
  if (name == "maximum" || name == "minimum")
    node.refuse("ONNX has this reduction, " + name +
                ", from opset 18 on, and models are written "
                "at opset 17");
  return attribute("reduction", name == "update" ? "none" : name == "multiply" ? "mul" : name);
}

void export_scatter_nd(const ExportContext& node) {
  node.make("ScatterND", {node.input(0), wide_indices(node), node.input(2)}, {reduction_of(node)});
}

void export_gather_elements(const ExportContext& node) {
  node.make("GatherElements", {attribute("axis", axis_of(node))});
}

void export_scatter_elements(const ExportContext& node) {
  node.make("ScatterElements", {attribute("axis", axis_of(node)), reduction_of(node)});
}

/// Dimensions `axis` up to `axis + count` moved to the front.
Integers to_front(std::size_t rank, std::int64_t axis, std::size_t count) {
  Integers permutation(rank);
  std::iota(permutation.begin(), permutation.end(), 0);
  const auto begin = permutation.begin() + axis;
  std::rotate(permutation.begin(), begin, begin + static_cast<std::ptrdiff_t>(count));
  return permutation;
}

Integers inverse(const Integers& permutation) {
  Integers inverted(permutation.size());
  for (std::size_t i = 0; i < permutation.size(); ++i)
    inverted[static_cast<std::size_t>(permutation[i])] = static_cast<std::int64_t>(i);
  return inverted;
}

/// ScatterND with the axis in front, of x and of the updates.
void write_scatter_add(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const std::int64_t axis = axis_of(node);
  const auto transposed = [&](const ValueName& x, const Integers& permutation) {
    return writer.add("Transpose", {x}, {attribute("perm", permutation)});
  };
  const Integers forward = to_front(node.rank(0), axis, 1);
  const ValueName x = transposed(node.input(0), forward);
  const ValueName updates = transposed(node.input(2), to_front(node.rank(2), axis, node.rank(1)));
  const ValueName indices = writer.unsqueezed(wide_indices(node), {-1});
  const ValueName y =
      writer.add("ScatterND", {x, indices, updates}, {attribute("reduction", std::string("add"))});
  node.make("Transpose", {y}, {attribute("perm", inverse(forward))});
}

/// The shape of `x` with 1 along `axis`.
ValueName shape_beside(NodeWriter& writer, const ValueName& x, std::size_t rank,
                       std::int64_t axis) {
  std::vector<bool> is_axis(rank, false);
  is_axis[static_cast<std::size_t>(axis)] = true;
  const ValueName mask = writer.constant(Tensor::from(Shape{rank}, is_axis), "axis");
  return writer.select(mask, writer.integer(1), writer.shape(x), DType::i64);
}

/// x and the indices broadcast, but along the axis.
void write_take_along_axis(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const std::int64_t axis = axis_of(node);
  const auto beside = [&](const ValueName& x, const ValueName& other) {
    return writer.add("Expand", {x, shape_beside(writer, other, node.rank(), axis)});
  };
  node.make("GatherElements",
            {beside(node.input(0), node.input(1)), beside(node.input(1), node.input(0))},
            {attribute("axis", axis)});
}

/// Whether the dimensions of inputs 0 and i are known to be equal but for the axis.
bool are_aligned(const ExportContext& node, std::size_t i) {
  const Shape x = node.input_spec(0).shape, other = node.input_spec(i).shape;
  for (std::size_t d = 0; d < x.rank(); ++d)
    if (static_cast<std::int64_t>(d) != axis_of(node) &&
        (x[d] != other[d] || x[d] == Shape::unknown))
      return false;
  return true;
}

void export_take_along_axis(const ExportContext& node) {
  if (are_aligned(node, 1)) return export_gather_elements(node);
  node.call(write_take_along_axis);
}

/// The indices broadcast to the updates, and x to both: what is added to its copies is added up.
void write_add_along_axis(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const std::int64_t axis = axis_of(node);
  const ValueName& x = node.input(0);
  const ValueName& updates = node.input(2);
  const ValueName indices = writer.add("Expand", {node.input(1), writer.shape(updates)});
  const NodeWriter::Attributes adding{attribute("axis", axis),
                                      attribute("reduction", std::string("add"))};
  if (are_aligned(node, 2)) return node.make("ScatterElements", {x, indices, updates}, adding);
  const ValueName copies =
      writer.add("Expand", {x, shape_beside(writer, updates, node.rank(), axis)});
  const Tensor zero = Tensor::zeros(node.dtype(), {1});
  const ValueName none =
      writer.add("ConstantOfShape", {writer.shape(copies)}, {writer.attribute("value", zero)});
  const ValueName sums = writer.add("ScatterElements", {none, indices, updates}, adding);
  node.make("Add", {x, summed_like(writer, sums, node.rank(), x, node.rank())});
}

Tensor scalar_of(const ExportContext& node, const char* name, DType dtype) {
  const AttributeValue& value = *node.attributes().find(name);
  const auto* integer = std::get_if<std::int64_t>(&value);
  return (integer != nullptr ? Tensor::scalar(*integer) : Tensor::scalar(std::get<double>(value)))
      .to(dtype);
}

/// on where the position along the new axis is the index, off elsewhere.
void write_one_hot(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const DType dtype = node.spec().dtype;
  const std::int64_t axis = node.axis("axis", node.rank() + 1);
  Integers behind(node.rank() - static_cast<std::size_t>(axis));
  std::iota(behind.begin(), behind.end(), 1);
  ValueName positions = writer.count_up(writer.integer(node.integer("depth")));
  if (!behind.empty()) positions = writer.unsqueezed(positions, behind);
  const ValueName indices = writer.unsqueezed(writer.cast(node.input(), DType::i64), {axis});
  writer.select_to(node.output(), writer.add("Equal", {indices, positions}),
                   writer.constant(scalar_of(node, "on", dtype)),
                   writer.constant(scalar_of(node, "off", dtype)), dtype);
}

template <OpName name>
void export_arg_extreme(const ExportContext& node) {
  node.make(name.text, {attribute("axis", axis_of(node)),
                        attribute("keepdims", std::int64_t{node.flag("keep_dims")})});
}

/// All elements as the top ones.
void write_argsort(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const std::int64_t axis = axis_of(node);
  const ValueName x =
      node.dtype() == DType::boolean ? writer.cast(node.input(), DType::i32) : node.input();
  const ValueName count = writer.unsqueezed(writer.dimension(node.input(), axis), {0});
  writer.add_to(
      {writer.new_name("values"), node.output()}, "TopK", {x, count},
      {attribute("axis", axis), attribute("largest", std::int64_t{node.flag("descending")})});
}

void export_top_k(const ExportContext& node) {
  node.make("TopK", {node.input(), node.writer().integers({node.integer("k")}, "k")},
            {attribute("axis", axis_of(node))});
}

constexpr std::array indexing{
    OpExport{"gather", export_gather},
    OpExport{"gather_nd", export_gather_nd},
    OpExport{"gather_elements", export_gather_elements},
    OpExport{"take_along_axis", export_take_along_axis},
    OpExport{"scatter_add", as_function<write_scatter_add>},
    OpExport{"scatter_nd_add", export_scatter_nd},
    OpExport{"scatter_nd_reduce", export_scatter_nd},
    OpExport{"scatter_nd_multiply", export_scatter_nd},
    OpExport{"scatter_elements", export_scatter_elements},
    OpExport{"scatter_elements_multiply", export_scatter_elements},
    OpExport{"add_along_axis", as_function<write_add_along_axis>},
    OpExport{"one_hot", as_function<write_one_hot>},
    OpExport{"argmax", export_arg_extreme<"ArgMax">},
    OpExport{"argmin", export_arg_extreme<"ArgMin">},
    OpExport{"argsort", as_function<write_argsort>},
    OpExport{"top_k", export_top_k},
};

}  // namespace

std::span<const OpExport> indexing_exports() { return indexing; }

}  // namespace deft::onnx
