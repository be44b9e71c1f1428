#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/image.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/movement.hpp>

#include "op_table.hpp"

namespace deft::onnx {
namespace {

std::vector<Output> import_concat(const NodeContext& node) {
  const std::vector<Output> xs = node.inputs();
  const std::int64_t axis = node.checked_axis(node.integer("axis"), xs[0].shape().rank());
  ChannelsLast& channels_last = node.channels_last();
  const auto made_last = [&](const Output& x) { return channels_last.has(x); };
  if (axis != 1 || !std::ranges::all_of(xs, made_last)) return {concat(xs, axis)};
  std::vector<Output> last;
  last.reserve(xs.size());
  for (const Output& x : xs) last.push_back(channels_last.of(x));
  return {channels_last.first(concat(last, -1))};
}

/// Sizes of equal parts; the last may be smaller.
std::vector<std::int64_t> equal_sizes(const NodeContext& node, std::int64_t length,
                                      std::int64_t parts) {
  const std::int64_t size = length / parts + (length % parts != 0 ? 1 : 0);
  const std::int64_t rest = length - size * (parts - 1);
  if (rest < 0)
    node.refuse(std::to_string(length) + " elements are not cut into " + std::to_string(parts) +
                " parts of " + std::to_string(size));
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(parts), size);
  sizes.back() = rest;
  return sizes;
}

std::vector<Output> import_split(const NodeContext& node) {
  const Output x = node.input(0);
  const std::int64_t axis = node.checked_axis(node.integer("axis", 0), x.shape().rank());
  const auto outputs = static_cast<std::int64_t>(node.num_outputs());
  if (node.version() < 13 && node.has("split")) return split(x, node.integers("split"), axis);
  if (node.version() >= 13 && node.has_input(1))
    return split(x, node.integers_input(1, "split"), axis);
  const std::int64_t length = x.shape()[static_cast<std::size_t>(axis)];
  if (node.version() < 18 || length == Shape::unknown) return split(x, outputs, axis);
  if (node.integer("num_outputs", outputs) != outputs)
    node.refuse("its num_outputs is not the number of its outputs, " + std::to_string(outputs));
  return split(x, equal_sizes(node, length, outputs), axis);
}

/// Where a slice begins and ends, along which axes and by which steps: attributes before version
/// 10, inputs from then on.
struct SliceArguments {
  std::vector<std::int64_t> starts, ends;
  std::optional<std::vector<std::int64_t>> axes, steps;
};

SliceArguments slice_arguments(const NodeContext& node) {
  SliceArguments slices;
  if (node.version() < 10) {
    slices.starts = node.integers("starts");
    slices.ends = node.integers("ends");
    if (node.has("axes")) slices.axes = node.integers("axes");
    return slices;
  }
  slices.starts = node.integers_input(1, "starts");
  slices.ends = node.integers_input(2, "ends");
  if (node.has_input(3)) slices.axes = node.integers_input(3, "axes");
  if (node.has_input(4)) slices.steps = node.integers_input(4, "steps");
  return slices;
}

std::vector<Output> import_slice(const NodeContext& node) {
  const Output x = node.input(0);
  const SliceArguments arguments = slice_arguments(node);
  const std::size_t count = arguments.starts.size();
  if (arguments.ends.size() != count || (arguments.axes && arguments.axes->size() != count) ||
      (arguments.steps && arguments.steps->size() != count))
    node.refuse("its starts, ends, axes and steps differ in number");
  std::vector<Slice> slices(x.shape().rank());
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t named = arguments.axes ? (*arguments.axes)[i] : static_cast<std::int64_t>(i);
    const auto axis = static_cast<std::size_t>(node.checked_axis(named, slices.size()));
    slices[axis] = {.begin = arguments.starts[i],
                    .end = arguments.ends[i],
                    .step = arguments.steps ? (*arguments.steps)[i] : 1};
  }
  return {slice(x, slices)};
}

/// How many positions are added to dimensions; fewer than none are taken away.
struct Padding {
  Paddings added;
  std::vector<Slice> kept;
  bool adds = false;
  bool cuts = false;
};

Padding padding_of(const NodeContext& node, std::size_t rank, const std::vector<std::int64_t>& pads,
                   const std::vector<std::int64_t>& axes) {
  if (pads.size() != 2 * axes.size())
    node.refuse("it has " + std::to_string(pads.size()) + " pads for " +
                std::to_string(axes.size()) + " dimensions");
  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  Padding padding{Paddings(rank), std::vector<Slice>(rank)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(node.checked_axis(axes[i], rank));
    const std::int64_t before = pads[i], behind = pads[axes.size() + i];
    padding.added[axis] = {std::max<std::int64_t>(before, 0), std::max<std::int64_t>(behind, 0)};
    if (before < 0) padding.kept[axis].begin = -std::max(before, -limit);
    if (behind < 0) padding.kept[axis].end = behind;
    padding.adds = padding.adds || before > 0 || behind > 0;
    padding.cuts = padding.cuts || before < 0 || behind < 0;
  }
  return padding;
}

Scalar scalar_of(const Tensor& value) {
  const bool is_fraction = is_floating(value.dtype()) || is_floating_at_rest(value.dtype());
  if (is_fraction || value.dtype() == DType::u64) return value.to<double>().at(0);
  return value.to<std::int64_t>().at(0);
}

PadMode mode_of(const NodeContext& node) {
  const std::string mode = node.text("mode", "constant");
  if (mode == "constant") return PadMode::constant;
  if (mode == "reflect") return PadMode::reflect;
  if (mode == "edge") return PadMode::edge;
  if (mode == "wrap") return PadMode::wrap;
  node.refuse("deft does not know its mode \"" + mode + '"');
}

/// Pads are an attribute before version 11. Those that take away do so first.
std::vector<Output> import_pad(const NodeContext& node) {
  Output x = node.input(0);
  const std::size_t rank = x.shape().rank();
  PadOptions options{.mode = mode_of(node)};
  std::vector<std::int64_t> pads, axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (node.version() < 11) {
    pads = node.integers("pads");
    options.value = node.number("value", 0);
  } else {
    pads = node.integers_input(1, "pads");
    if (node.has_input(2)) options.value = scalar_of(node.single_input(2, "constant_value"));
    if (node.has_input(3)) axes = node.integers_input(3, "axes");
  }
  const Padding padding = padding_of(node, rank, pads, axes);
  if (padding.cuts) x = slice(x, padding.kept);
  return {padding.adds ? pad(x, padding.added, options) : x};
}

/// What is odd is cut or added behind.
std::vector<Output> import_center_crop_pad(const NodeContext& node) {
  const Output x = node.input(0);
  const std::size_t rank = x.shape().rank();
  const std::vector<std::int64_t> sizes = node.integers_input(1, "shape");
  std::vector<std::int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (node.has("axes")) axes = node.integers("axes");
  if (sizes.size() != axes.size()) node.refuse("its shape and its axes differ in number");
  std::vector<Slice> kept(rank);
  Paddings added(rank);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(node.checked_axis(axes[i], rank));
    const std::int64_t from = x.shape()[axis], to = sizes[i];
    if (from == Shape::unknown)
      node.refuse("dimension " + std::to_string(axis) + " of " + to_string(x.spec()) +
                  " must be known; bind it by OnnxImportOptions: batch, dims or shapes");
    if (to < 0) node.refuse("its shape has a dimension of " + std::to_string(to));
    if (to < from) kept[axis] = {.begin = (from - to) / 2, .end = (from - to) / 2 + to};
    if (to > from) added[axis] = {(to - from) / 2, to - from - (to - from) / 2};
  }
  return {pad(slice(x, kept), added)};
}

std::int64_t block_of(const NodeContext& node) { return node.integer("blocksize"); }

/// Whether channels are numbered from the one of the result on: DCR, which is the default, or CRD.
bool has_channels_first(const NodeContext& node) {
  const std::string mode = node.text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD")
    node.refuse("its mode is \"" + mode + "\", which is neither DCR nor CRD");
  return mode == "CRD";
}

std::vector<Output> import_depth_to_space(const NodeContext& node) {
  const DepthOrder order =
      has_channels_first(node) ? DepthOrder::channel_first : DepthOrder::block_first;
  return {depth_to_space(node.input(0), block_of(node),
                         {.order = order, .layout = ChannelLayout::channels_first})};
}

/// [n, block^2 c, height, width] with the channels numbered from the block on become those numbered
/// from c on.
std::vector<Output> import_space_to_depth(const NodeContext& node) {
  const std::int64_t block = block_of(node);
  const Output y = space_to_depth(node.input(0), block, {.layout = ChannelLayout::channels_first});
  if (!has_channels_first(node)) return {y};
  const std::int64_t channels = y.shape()[1] / (block * block);
  const Output positions = range(node.graph(), DType::i64, 0, y.shape()[1]);
  const Output reordered = transpose(reshape(positions, {block * block, channels}));
  return {gather(y, reshape(reordered, {y.shape()[1]}), {.axis = 1})};
}

std::vector<Output> import_reverse_sequence(const NodeContext& node) {
  return {reverse_sequence(
      node.input(0), node.input(1),
      {.batch_axis = node.integer("batch_axis", 1), .time_axis = node.integer("time_axis", 0)})};
}

constexpr std::array movements{
    OpImport{"Concat", import_concat},
    OpImport{"Split", import_split},
    OpImport{"Slice", import_slice},
    OpImport{"Pad", import_pad},
    OpImport{"CenterCropPad", import_center_crop_pad, 18},
    OpImport{"DepthToSpace", import_depth_to_space},
    OpImport{"SpaceToDepth", import_space_to_depth},
    OpImport{"ReverseSequence", import_reverse_sequence, 10},
};

}  // namespace

std::span<const OpImport> movement_ops() { return movements; }

}  // namespace deft::onnx
