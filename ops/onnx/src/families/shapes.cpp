#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <deft/ops/array.hpp>
#include <deft/ops/movement.hpp>

#include "op_table.hpp"
#include "repeats.hpp"
#include "reshapes.hpp"

namespace deft::onnx {
namespace {

std::vector<Output> import_reshape(const NodeContext& node) {
  const bool allows_zero = node.version() >= 14 && node.flag("allowzero", false);
  return {reshaped(node, node.input(0), node.partial_input(1, "shape"), !allows_zero)};
}

std::vector<Output> import_flatten(const NodeContext& node) {
  const Output x = node.input(0);
  const std::size_t rank = x.shape().rank();
  const std::int64_t axis = node.integer("axis", 1);
  const auto cut = axis == static_cast<std::int64_t>(rank)
                       ? rank
                       : static_cast<std::size_t>(node.checked_axis(axis, rank));
  return {merged(node, merged(node, x, cut, rank), 0, cut)};
}

std::vector<Output> import_transpose(const NodeContext& node) {
  const Output x = node.input(0);
  return {node.has("perm") ? transpose(x, node.integers("perm")) : transpose(x)};
}

/// Axes, which are an attribute before version 13; nothing if there are none.
std::optional<std::vector<std::int64_t>> axes_of(const NodeContext& node) {
  if (node.version() < 13)
    return node.has("axes") ? std::optional(node.integers("axes")) : std::nullopt;
  return node.has_input(1) ? std::optional(node.integers_input(1, "axes")) : std::nullopt;
}

std::vector<Output> import_squeeze(const NodeContext& node) {
  const auto axes = axes_of(node);
  const Output x = node.input(0);
  if (axes) return {axes->empty() ? x : squeeze(x, *axes)};
  if (!x.shape().is_fully_defined())
    node.refuse("which dimensions of " + to_string(x.spec()) +
                " are 1 is not known; bind them by OnnxImportOptions: batch, dims or shapes");
  return {squeeze(x)};
}

std::vector<Output> import_unsqueeze(const NodeContext& node) {
  const auto axes = axes_of(node);
  if (!axes) node.refuse("it has no axes");
  Output y = node.input(0);
  const std::size_t rank = y.shape().rank() + axes->size();
  std::vector<std::int64_t> positions;
  for (const std::int64_t axis : *axes) positions.push_back(node.checked_axis(axis, rank));
  std::ranges::sort(positions);
  for (const std::int64_t axis : positions) y = expand_dims(y, axis);
  return {y};
}

/// A part of the dimensions from version 15 on.
std::vector<Output> import_shape(const NodeContext& node) {
  const Output all = shape(node.input(0));
  if (node.version() < 15 || !(node.has("start") || node.has("end"))) return {all};
  Slice part{.begin = node.integer("start", 0)};
  if (node.has("end")) part.end = node.integer("end");
  return {slice(all, 0, part)};
}

std::vector<Output> import_size(const NodeContext& node) { return {size(node.input(0))}; }

std::vector<Output> import_expand(const NodeContext& node) {
  return {repeated(node, node.input(0), 1, "shape")};
}

std::vector<Output> import_tile(const NodeContext& node) {
  return {tile(node.input(0), node.integers_input(1, "repeats"))};
}

constexpr std::array shapes{
    OpImport{"Reshape", import_reshape},     OpImport{"Flatten", import_flatten},
    OpImport{"Transpose", import_transpose}, OpImport{"Squeeze", import_squeeze},
    OpImport{"Unsqueeze", import_unsqueeze}, OpImport{"Shape", import_shape},
    OpImport{"Size", import_size},           OpImport{"Expand", import_expand, 8},
    OpImport{"Tile", import_tile},
};

}  // namespace

std::span<const OpImport> shape_ops() { return shapes; }

}  // namespace deft::onnx
