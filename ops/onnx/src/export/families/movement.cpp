#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <variant>
#include <vector>

#include "export/export_table.hpp"

// Elements put together, cut apart and moved. Functions compute positions from shapes in a run, so
// that dimensions need not be known.
namespace deft::onnx {
namespace {

using Integers = std::vector<std::int64_t>;

void export_transpose(const ExportContext& node) {
  Integers permutation(node.rank());
  std::iota(permutation.rbegin(), permutation.rend(), 0);
  if (node.has("permutation")) permutation = node.integers("permutation");
  for (std::int64_t& axis : permutation)
    if (axis < 0) axis += static_cast<std::int64_t>(node.rank());
  node.make("Transpose", {attribute("perm", permutation)});
}

void export_concat(const ExportContext& node) {
  node.make("Concat", {attribute("axis", node.axis("axis", node.rank()))});
}

/// Sizes along the axis of the parts, if they are known.
std::optional<Integers> sizes_of(const ExportContext& node, std::size_t axis) {
  Integers sizes;
  for (std::size_t i = 0; i < node.outputs().size(); ++i) sizes.push_back(node.spec(i).shape[axis]);
  for (const std::int64_t size : sizes)
    if (size == Shape::unknown) return {};
  return sizes;
}

/// Without sizes ONNX cuts equal parts, as many as there are outputs.
void export_split(const ExportContext& node) {
  const std::int64_t axis = node.axis("axis", node.rank());
  const std::optional<Integers> sizes = sizes_of(node, static_cast<std::size_t>(axis));
  std::vector<ValueName> inputs{node.input()};
  if (sizes) inputs.push_back(node.writer().integers(*sizes, "split"));
  node.make("Split", inputs, {attribute("axis", axis)});
}

void write_split_like(const ExportContext& node) {
  const std::int64_t axis = node.axis("axis", node.rank());
  const ValueName along = node.writer().integers({axis}, "axis");
  std::vector<ValueName> sizes;
  for (std::size_t i = 1; i < node.inputs().size(); ++i)
    sizes.push_back(node.writer().add("Gather", {node.writer().shape(node.input(i)), along}));
  const ValueName split = node.writer().add("Concat", sizes, {attribute("axis", std::int64_t{0})});
  node.make("Split", {node.input(), split}, {attribute("axis", axis)});
}

void export_split_like(const ExportContext& node) {
  const auto axis = static_cast<std::size_t>(node.axis("axis", node.rank()));
  if (sizes_of(node, axis)) return export_split(node);
  node.call(write_split_like);
}

void export_tile(const ExportContext& node) {
  const Integers& repetitions = node.integers("repetitions");
  node.make("Tile", {node.input(), node.writer().integers(repetitions, "repeats")});
}

void export_slice(const ExportContext& node) {
  const auto list = [&](const char* name) {
    return node.writer().integers(node.integers(name), name);
  };
  node.make("Slice", {node.input(), list("begin"), list("end"), list("axes"), list("step")});
}

/// Positions along `axis` of what is padded, modulo the dimension, or mirrored beyond both ends.
ValueName repeated_positions(const ExportContext& node, const ValueName& x, std::size_t axis,
                             bool mirrors) {
  NodeWriter& writer = node.writer();
  const ValueName size = writer.dimension(x, static_cast<std::int64_t>(axis));
  const ValueName end = writer.add("Add", {size, writer.integer(node.integers("after")[axis])});
  const ValueName positions =
      writer.add("Range", {writer.integer(-node.integers("before")[axis]), end, writer.integer(1)});
  if (!mirrors) return writer.add("Mod", {positions, size});
  const ValueName twice = writer.add("Add", {size, size});
  const ValueName folded = writer.add("Mod", {positions, twice});
  const ValueName back = writer.add("Sub", {writer.add("Sub", {twice, writer.integer(1)}), folded});
  return writer.add("Min", {folded, back});
}

/// Symmetric and wrapping paddings, which ONNX does not have.
void write_repeating_pad(const ExportContext& node) {
  const bool mirrors = node.attributes().get<std::string>("mode") == "symmetric";
  ValueName x = node.input();
  for (std::size_t axis = 0; axis < node.rank(); ++axis)
    if (node.integers("before")[axis] + node.integers("after")[axis] != 0)
      x = node.writer().add("Gather", {x, repeated_positions(node, x, axis, mirrors)},
                            {attribute("axis", static_cast<std::int64_t>(axis))});
  node.make("Identity", {x});
}

void export_pad(const ExportContext& node) {
  const auto& mode = node.attributes().get<std::string>("mode");
  if (mode == "symmetric" || mode == "wrap") return node.call(write_repeating_pad);
  Integers pads = node.integers("before");
  pads.insert(pads.end(), node.integers("after").begin(), node.integers("after").end());
  const AttributeValue& value = *node.attributes().find("value");
  const auto* integer = std::get_if<std::int64_t>(&value);
  const Tensor padding =
      integer != nullptr ? Tensor::scalar(*integer) : Tensor::scalar(std::get<double>(value));
  node.make("Pad",
            {node.input(), node.writer().integers(pads, "pads"),
             node.writer().constant(padding.to(node.dtype()), "value")},
            {attribute("mode", mode)});
}

/// Positions less the shift, modulo the dimension.
void write_roll(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const std::int64_t axis = node.axis("axis", node.rank());
  const ValueName size = writer.dimension(node.input(), axis);
  const ValueName shift = writer.add("Mod", {writer.integer(node.integer("shift")), size});
  const ValueName positions = writer.add("Sub", {writer.count_up(size), shift});
  node.make("Gather", {node.input(), writer.add("Mod", {positions, size})},
            {attribute("axis", axis)});
}

/// x with one element more behind it along `axis`: 0.
ValueName with_zero(const ExportContext& node, const ValueName& x, std::size_t axis) {
  NodeWriter& writer = node.writer();
  Integers pads(2 * node.rank(), 0);
  pads[node.rank() + axis] = 1;
  const ValueName zero = writer.constant(Tensor::zeros(node.dtype(), {}));
  return writer.add("Pad", {x, writer.integers(pads, "pads"), zero});
}

/// Along each axis every position of `like` takes the element of x that the slice took from there,
/// or the zero that stands behind them.
void write_unslice(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const Integers& axes = node.integers("axes");
  ValueName x = node.input(0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t axis =
        axes[i] < 0 ? axes[i] + static_cast<std::int64_t>(node.rank()) : axes[i];
    const ValueName size = writer.dimension(node.input(1), axis);
    const auto one = [&](const char* name) {
      return writer.integers({node.integers(name)[i]}, name);
    };
    const ValueName first = writer.integers({0}, "axes");
    const ValueName taken =
        writer.add("Slice", {writer.count_up(size), one("begin"), one("end"), first, one("step")});
    const ValueName count = writer.dimension(taken, 0);
    const ValueName none = writer.add("Expand", {count, writer.unsqueezed(size, {0})});
    const ValueName sources = writer.add("ScatterElements", {none, taken, writer.count_up(count)});
    x = writer.add("Gather", {with_zero(node, x, static_cast<std::size_t>(axis)), sources},
                   {attribute("axis", axis)});
  }
  node.make("Identity", {x});
}

constexpr std::array movements{
    OpExport{"transpose", export_transpose},
    OpExport{"concat", export_concat},
    OpExport{"split", export_split},
    OpExport{"split_like", export_split_like},
    OpExport{"tile", export_tile},
    OpExport{"slice", export_slice},
    OpExport{"pad", export_pad},
    OpExport{"roll", as_function<write_roll>},
    OpExport{"unslice", as_function<write_unslice>},
};

}  // namespace

std::span<const OpExport> movement_exports() { return movements; }

}  // namespace deft::onnx
