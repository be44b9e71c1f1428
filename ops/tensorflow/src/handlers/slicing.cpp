#include <limits>

#include <deft/ops/array.hpp>
#include <deft/ops/movement.hpp>

#include "handlers/handlers.hpp"

namespace deft::tensorflow {
namespace {

std::vector<Output> slice_handler(const NodeContext& context) {
  const std::vector<std::int64_t> begins = context.integers(1);
  const std::vector<std::int64_t> sizes = context.integers(2);
  const Shape& shape = context.input(0).shape();
  if (begins.size() != shape.rank() || sizes.size() != shape.rank())
    context.refuse("it has " + std::to_string(begins.size()) + " positions and " +
                   std::to_string(sizes.size()) + " sizes for the shape " + shape.to_string());
  std::vector<Slice> slices;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const bool is_rest = sizes[i] == -1;
    const std::int64_t most =
        shape[i] == Shape::unknown ? std::numeric_limits<std::int64_t>::max() : shape[i];
    if (begins[i] < 0 || sizes[i] < -1 || begins[i] > most ||
        (!is_rest && sizes[i] > most - begins[i]))
      context.refuse(std::to_string(sizes[i]) + " elements from " + std::to_string(begins[i]) +
                     " on are no part of dimension " + std::to_string(i) + " of " +
                     shape.to_string());
    slices.push_back({.begin = begins[i]});
    if (!is_rest) slices.back().end = begins[i] + sizes[i];
  }
  return {slice(context.input(0), slices, context.options())};
}

constexpr std::size_t mask_bits = 32;

/// What a StridedSlice says, whose masks have a bit for each entry of its lists.
struct StridedSlice {
  std::vector<Slice> slices;           // of the dimensions of the operand
  std::vector<std::int64_t> removed;   // dimensions of which one position is taken
  std::vector<std::int64_t> inserted;  // dimensions of 1 of the result, in ascending order
};

StridedSlice strided_slice(const NodeContext& context, std::size_t rank, std::size_t first) {
  const std::vector<std::int64_t> begins = context.integers(first);
  const std::vector<std::int64_t> ends = context.integers(first + 1);
  const std::vector<std::int64_t> steps = context.integers(first + 2);
  if (begins.size() != ends.size() || begins.size() != steps.size())
    context.refuse("its lists of positions differ in length");
  if (begins.size() > mask_bits)
    context.refuse("it has " + std::to_string(begins.size()) + " positions, and its masks " +
                   std::to_string(mask_bits) + " bits");
  const auto is_set = [&](const char* mask, std::size_t i) {
    return ((context.integer(mask, 0) >> i) & 1) != 0;
  };
  std::size_t taken = 0;  // dimensions that entries stand for
  for (std::size_t i = 0; i < begins.size(); ++i)
    if (!is_set("new_axis_mask", i) && !is_set("ellipsis_mask", i)) ++taken;
  if (taken > rank) context.refuse("it has more entries than its operand has dimensions");
  StridedSlice made;
  std::int64_t to = 0;  // dimension of the result
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (is_set("ellipsis_mask", i)) {
      made.slices.resize(made.slices.size() + (rank - taken));
      to += static_cast<std::int64_t>(rank - taken);
    } else if (is_set("new_axis_mask", i)) {
      made.inserted.push_back(to++);
    } else if (is_set("shrink_axis_mask", i)) {
      made.removed.push_back(static_cast<std::int64_t>(made.slices.size()));
      made.slices.push_back({.begin = begins[i]});
      const bool is_last = begins[i] == -1 || begins[i] == std::numeric_limits<std::int64_t>::max();
      if (!is_last) made.slices.back().end = begins[i] + 1;
    } else {
      Slice slice{.step = steps[i]};
      if (!is_set("begin_mask", i)) slice.begin = begins[i];
      if (!is_set("end_mask", i)) slice.end = ends[i];
      made.slices.push_back(slice);
      ++to;
    }
  }
  return made;
}

std::vector<Output> strided_slice_handler(const NodeContext& context) {
  const Output& x = context.input(0);
  const StridedSlice what = strided_slice(context, x.shape().rank(), 1);
  const bool is_plain = what.removed.empty() && what.inserted.empty();
  if (is_plain) return {slice(x, what.slices, context.options())};
  Output part = context.inside([&] {
    const Output cut = slice(x, what.slices);
    return what.removed.empty() || what.inserted.empty() ? cut : squeeze(cut, what.removed);
  });
  if (what.inserted.empty()) return {squeeze(part, what.removed, context.options())};
  for (std::size_t i = 0; i + 1 < what.inserted.size(); ++i)
    part = context.inside([&] { return expand_dims(part, what.inserted[i]); });
  return {expand_dims(part, what.inserted.back(), context.options())};
}

/// The gradient of a StridedSlice of an operand whose shape is given: zeros but where it read.
std::vector<Output> strided_slice_grad_handler(const NodeContext& context) {
  const Shape shape = context.shape(0);
  const StridedSlice what = strided_slice(context, shape.rank(), 1);
  const Output grad = context.inside([&] {
    Output dy = context.input(4);
    if (!what.inserted.empty()) dy = squeeze(dy, what.inserted);
    for (const std::int64_t axis : what.removed) dy = expand_dims(dy, axis);
    return dy;
  });
  const Output like = context.inside([&] { return zeros(context.graph(), grad.dtype(), shape); });
  return {unslice(grad, like, what.slices, context.options())};
}

Paddings paddings_of(const NodeContext& context) {
  const std::vector<std::int64_t> numbers = context.integers(1);
  if (numbers.size() != 2 * context.input(0).shape().rank())
    context.refuse("it has " + std::to_string(numbers.size()) + " paddings for " +
                   context.input(0).shape().to_string());
  Paddings paddings;
  for (std::size_t i = 0; i < numbers.size(); i += 2)
    paddings.emplace_back(numbers[i], numbers[i + 1]);
  return paddings;
}

std::vector<Output> pad_handler(const NodeContext& context) {
  PadOptions options{.name = context.name()};
  if (context.node().op == "MirrorPad")
    options.mode =
        context.text("mode", "REFLECT") == "SYMMETRIC" ? PadMode::symmetric : PadMode::reflect;
  if (context.num_inputs() > 2) options.value = context.scalar(2);
  return {pad(context.input(0), paddings_of(context), options)};
}

constexpr OpHandler handlers[] = {
    {"MirrorPad", pad_handler},
    {"Pad", pad_handler},
    {"PadV2", pad_handler},
    {"Slice", slice_handler},
    {"StridedSlice", strided_slice_handler},
    {"StridedSliceGrad", strided_slice_grad_handler},
};

}  // namespace

constinit const OpHandlers slicing_handlers = handlers;

}  // namespace deft::tensorflow
