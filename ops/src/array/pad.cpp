#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "identities.hpp"
#include "kernels/movement/arrangement.hpp"
#include "operands.hpp"

namespace deft {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::array<std::string_view, 5> mode_names = {"constant", "edge", "reflect", "symmetric",
                                                        "wrap"};

PadMode mode_of(const Attributes& attributes) {
  const auto& name = attributes.get<std::string>("mode");
  for (std::size_t i = 0; i < mode_names.size(); ++i)
    if (mode_names[i] == name) return static_cast<PadMode>(i);
  throw Refusal{ErrorCode::invalid_argument, "there is no mode '" + name + "'",
                "use one of PadMode"};
}

/// Refused if there is not as much in a known dimension as is to be mirrored.
void check_source(const InferContext& context, std::size_t axis, PadMode mode,
                  std::int64_t padding) {
  const Shape& shape = context.inputs[0].shape;
  const std::int64_t dim = shape.dims()[axis];
  const std::int64_t most = mode == PadMode::reflect ? std::max<std::int64_t>(dim - 1, 0) : dim;
  const bool repeats = mode == PadMode::edge || mode == PadMode::wrap;
  const bool enough = repeats ? dim > 0 : padding <= most;
  if (padding == 0 || mode == PadMode::constant || dim == Shape::unknown || enough) return;
  context.fail(ErrorCode::shape_mismatch,
               "dimension " + std::to_string(axis) + " of " + shape.to_string() + " is " +
                   std::to_string(dim) + ", too little for a padding of " +
                   std::to_string(padding) + " in mode " +
                   std::string(mode_names[static_cast<std::size_t>(mode)]),
               repeats ? "pad nothing with a constant" : "pad at most " + std::to_string(most));
}

std::int64_t padded(const InferContext& context, std::int64_t dim, std::int64_t before,
                    std::int64_t after) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(before, after, &sum) ||
      (dim != Shape::unknown && __builtin_add_overflow(sum, dim, &sum)))
    context.fail(ErrorCode::overflow,
                 "a dimension of " + std::to_string(dim) + " with paddings of " +
                     std::to_string(before) + " and " + std::to_string(after) +
                     " does not fit in 63 bits",
                 "make it smaller");
  return dim == Shape::unknown ? dim : sum;
}

/// x [n_i] -> [before_i + n_i + after_i]
std::vector<TensorSpec> infer_pad(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const auto& before = context.attributes.get<Integers>("before");
  const auto& after = context.attributes.get<Integers>("after");
  const PadMode mode = mode_of(context.attributes);
  if (before.size() != x.shape.rank() || after.size() != before.size())
    context.fail(ErrorCode::invalid_argument,
                 std::to_string(before.size()) + " pairs are given, but the rank is " +
                     std::to_string(x.shape.rank()),
                 "give a pair for each dimension, {0, 0} where nothing is added");
  if (size_of(x.dtype) != 0) scalar_tensor(scalar_attribute(context.attributes, "value"), x.dtype);
  Integers dims;
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (const std::int64_t padding : {before[i], after[i]}) {
      if (padding < 0)
        context.fail(
            ErrorCode::invalid_argument,
            "a padding of dimension " + std::to_string(i) + " is " + std::to_string(padding),
            "a padding is 0 or more; slice takes away");
      check_source(context, i, mode, padding);
    }
    dims.push_back(padded(context, x.shape.dims()[i], before[i], after[i]));
  }
  return {{x.dtype, Shape(dims)}};
}

/// The positions of a dimension that stand before it when it is padded, in that order: of `edge`
/// one, as often as there is padding.
Slice shown_before(PadMode mode, std::int64_t padding) {
  if (mode == PadMode::edge) return {0, 1};
  if (mode == PadMode::reflect) return {padding, 0, -1};
  return {padding - 1, {}, -1};
}

/// Likewise behind it.
Slice shown_behind(PadMode mode, std::int64_t padding) {
  if (mode == PadMode::edge) return {.begin = -1};
  if (mode == PadMode::reflect) return {-2, -2 - padding, -1};
  return {-1, -1 - padding, -1};
}

/// The positions between the paddings of a dimension.
Slice inside(std::int64_t before, std::int64_t after) {
  if (after == 0) return {.begin = before};
  return {.begin = before, .end = -after};
}

/// dy without the padding along `axis`; what stood in the padding is added to what it showed.
Output unpadded(const Output& dy, PadMode mode, std::int64_t axis, std::int64_t before,
                std::int64_t after) {
  if (before == 0 && after == 0) return dy;
  std::vector<Output> terms{slice(dy, axis, inside(before, after))};
  if (mode == PadMode::wrap) {
    const Output shown = floor_mod(range_like(dy, axis) - before, size(terms[0], {axis}));
    return scatter_add(zeros_like(terms[0]), shown, dy, {.axis = axis});
  }
  const auto add = [&](const Slice& padding, const Slice& shown) {
    Output outside = slice(dy, axis, padding);
    if (mode == PadMode::edge) outside = reduce_sum(outside, {.axes = {axis}, .keep_dims = true});
    terms.push_back(unslice(outside, terms[0], axis, shown));
  };
  if (before > 0) add({0, before}, shown_before(mode, before));
  if (after > 0) add({-after, {}}, shown_behind(mode, after));
  return add_n(terms);
}

/// dy [before_i + n_i + after_i] -> [n_i], one dimension after the other
std::vector<Output> gradient_pad(const GradientContext& context) {
  const auto& before = context.attributes().get<Integers>("before");
  const auto& after = context.attributes().get<Integers>("after");
  const PadMode mode = mode_of(context.attributes());
  Output grad = context.grads[0];
  if (mode == PadMode::constant) {
    std::vector<Slice> slices;
    slices.reserve(before.size());
    for (std::size_t i = 0; i < before.size(); ++i) slices.push_back(inside(before[i], after[i]));
    return {slice(grad, slices)};
  }
  for (std::size_t i = 0; i < before.size(); ++i)
    grad = unpadded(grad, mode, static_cast<std::int64_t>(i), before[i], after[i]);
  return {grad};
}

Kernel prepare_pad(const KernelContext& context) {
  using Rule = AxisMap::Rule;
  constexpr std::array<Rule, 5> rules = {Rule::place, Rule::edge, Rule::reflect, Rule::symmetric,
                                         Rule::wrap};
  const Rule rule = rules[static_cast<std::size_t>(mode_of(context.attributes))];
  const auto& before = context.attributes.get<Integers>("before");
  std::vector<AxisMap> axes;
  axes.reserve(before.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    axes.push_back({.rule = rule,
                    .in = context.inputs[0].shape.dims()[i],
                    .out = context.outputs[0].shape.dims()[i],
                    .offset = before[i]});
  const Scalar value = scalar_attribute(context.attributes, "value");
  return arrangement_kernel(axes, scalar_tensor(value, context.outputs[0].dtype), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef pad{
    .name = "pad",
    .arity = {1, 1},
    .infer = infer_pad,
    .gradient = gradient_pad,
    .kernel = prepare_pad,
    .simplify = forward_same,
};

constexpr const OpDef* pad_list[] = {&pad};
extern constexpr std::span<const OpDef* const> pad_ops = pad_list;

}  // namespace builtin

Output pad(const Output& x, const Paddings& paddings, const PadOptions& options) {
  Integers before;
  Integers after;
  for (const auto& [first, last] : paddings) {
    before.push_back(first);
    after.push_back(last);
  }
  const auto mode = static_cast<std::size_t>(options.mode);
  const std::string name(mode < mode_names.size() ? mode_names[mode] : std::to_string(mode));
  return add_node(builtin::pad, {x},
                  {{"before", before},
                   {"after", after},
                   {"mode", name},
                   {"value", scalar_attribute(options.value)}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
