#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include <deft/ops/movement.hpp>

#include "kernels/movement/arrangement.hpp"
#include "kernels/movement/strided_copy.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace builtin {
extern const OpDef slice, unslice;
}

namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::int64_t before_all = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t behind_all = std::numeric_limits<std::int64_t>::max();

/// What a slice takes of a dimension: positions begin, begin + step, ..., `count` of them. A step
/// that leads nowhere, of at most one position, is 1.
struct TakenPositions {
  std::int64_t begin = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;  // Shape::unknown if the dimension is

  bool is_all_of(std::int64_t dim) const { return count == dim && step == 1; }
};

/// Python's begin:end:step of a known dimension.
TakenPositions taken(std::int64_t begin, std::int64_t end, std::int64_t step, std::int64_t dim) {
  const std::int64_t lowest = step > 0 ? 0 : -1;
  const std::int64_t highest = step > 0 ? dim : dim - 1;
  const auto position = [&](std::int64_t at) {
    return std::clamp(at < 0 ? at + dim : at, lowest, highest);
  };
  const std::int64_t from = position(begin);
  const std::int64_t to = position(end);
  const std::int64_t distance = step > 0 ? to - from : from - to;
  const auto stride = step > 0 ? static_cast<std::uint64_t>(step)
                               : std::uint64_t{0} - static_cast<std::uint64_t>(step);
  if (distance <= 0) return {0, 1, 0};
  const std::uint64_t count = (static_cast<std::uint64_t>(distance) - 1) / stride + 1;
  return {from, count == 1 ? 1 : step, static_cast<std::int64_t>(count)};
}

/// What the attributes "axes", "begin", "end" and "step" of a slice, once they have been checked,
/// take of each dimension of `shape`.
std::vector<TakenPositions> taken_positions(const Attributes& attributes, const Shape& shape) {
  std::vector<TakenPositions> all;
  for (const std::int64_t dim : shape.dims()) all.push_back({0, 1, dim});
  const auto& axes = attributes.get<Integers>("axes");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = from_front(axes[i], shape.rank());
    const std::int64_t dim = shape.dims()[axis];
    if (dim == Shape::unknown) continue;
    all[axis] = taken(attributes.get<Integers>("begin")[i], attributes.get<Integers>("end")[i],
                      attributes.get<Integers>("step")[i], dim);
  }
  return all;
}

/// The shape of what is taken of `shape`. Refused if an axis is none or a step is 0.
Shape check_slices(const InferContext& context, const Shape& shape) {
  const auto& axes = context.attributes.get<Integers>("axes");
  normalize_axes(context, axes, shape.rank());
  for (const char* name : {"begin", "end", "step"})
    if (context.attributes.get<Integers>(name).size() != axes.size())
      context.fail(ErrorCode::invalid_argument,
                   "there are " + std::to_string(axes.size()) + " axes, but not as many numbers '" +
                       name + "'",
                   "give one for each axis");
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (context.attributes.get<Integers>("step")[i] == 0)
      context.fail(ErrorCode::invalid_argument,
                   "the step along axis " + std::to_string(axes[i]) + " is 0",
                   "a step is 1 or more, or -1 or less");
  Integers dims;
  for (const TakenPositions& of : taken_positions(context.attributes, shape))
    dims.push_back(of.count);
  return Shape(dims);
}

/// x [s] -> [what is taken of each dimension]
std::vector<TensorSpec> infer_slice(const InferContext& context) {
  return {{context.inputs[0].dtype, check_slices(context, context.inputs[0].shape)}};
}

/// x [what is taken of t], like [t] -> [t] of x's dtype
std::vector<TensorSpec> infer_unslice(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape& like = context.inputs[1].shape;
  const Shape part = check_slices(context, like);
  if (!part.is_compatible_with(x.shape))
    context.fail(ErrorCode::shape_mismatch,
                 "x has the shape " + x.shape.to_string() + ", but the slices of " +
                     like.to_string() + " have " + part.to_string(),
                 "x must have the shape of slice(like, slices)");
  return {{x.dtype, like}};
}

/// dy at the elements of x that were taken, zeros elsewhere
std::vector<Output> gradient_slice(const GradientContext& context) {
  return {
      add_node(builtin::unslice, {context.grads[0], context.inputs[0]}, context.attributes(), {})};
}

/// dy where x was put; of `like` only the shape matters.
std::vector<Output> gradient_unslice(const GradientContext& context) {
  return {add_node(builtin::slice, {context.grads[0]}, context.attributes(), {}), Output{}};
}

bool takes_all(const Attributes& attributes, const Shape& shape) {
  const auto positions = taken_positions(attributes, shape);
  for (std::size_t i = 0; i < positions.size(); ++i)
    if (!positions[i].is_all_of(shape.dims()[i])) return false;
  return true;
}

/// `positions` of each dimension as attributes, which take the same of a tensor of the same shape.
Attributes attributes_of(const std::vector<TakenPositions>& positions) {
  Integers axes;
  Integers begins;
  Integers ends;
  Integers steps;
  for (const auto& [begin, step, count] : positions) {
    const std::int64_t beyond = step > 0 ? 1 : -1;
    const std::int64_t end = count == 0 ? begin : begin + step * (count - 1) + beyond;
    axes.push_back(static_cast<std::int64_t>(axes.size()));
    begins.push_back(begin);
    ends.push_back(end < 0 ? before_all : end);
    steps.push_back(step);
  }
  return {{"axes", axes}, {"begin", begins}, {"end", ends}, {"step", steps}};
}

/// A slice of everything is x; a slice of a slice is one slice.
std::optional<Rewrite> simplify_slice(const SimplifyContext& context) {
  const Expression inner = context.input(0);
  const Attributes& attributes = *context.self.attributes;
  if (takes_all(attributes, inner.spec().shape)) return Rewrite{.inputs = {context.self.inputs[0]}};
  if (inner.op != context.self.op) return std::nullopt;
  const Shape& from = context.look(context.program, inner.inputs[0]).spec().shape;
  auto positions = taken_positions(*inner.attributes, from);
  const auto outer = taken_positions(attributes, inner.spec().shape);
  for (std::size_t i = 0; i < outer.size(); ++i) {
    const std::int64_t begin = positions[i].begin + outer[i].begin * positions[i].step;
    const std::int64_t step = outer[i].count > 1 ? outer[i].step * positions[i].step : 1;
    positions[i] = {outer[i].count > 0 ? begin : 0, step, outer[i].count};
  }
  return Rewrite{context.self.op, attributes_of(positions), {inner.inputs[0]}};
}

std::optional<Rewrite> simplify_unslice(const SimplifyContext& context) {
  if (!takes_all(*context.self.attributes, context.self.spec().shape)) return std::nullopt;
  return Rewrite{.inputs = {context.self.inputs[0]}};
}

Kernel prepare_slice(const KernelContext& context) {
  const Strides dense = dense_strides(context.inputs[0].shape);
  const auto positions = taken_positions(context.attributes, context.inputs[0].shape);
  if (context.outputs[0].shape.num_elements() == 0) return {};
  std::int64_t first = 0;
  Strides strides{};
  for (std::size_t i = 0; i < positions.size(); ++i) {
    first += positions[i].begin * dense[i];
    strides[i] = positions[i].step * dense[i];
  }
  return strided_copy_kernel(first, strides, context);
}

/// Where x is reversed at most, what undoes a slice is the slice.
Kernel prepare_unslice(const KernelContext& context) {
  const Shape& to = context.outputs[0].shape;
  if (context.inputs[0].shape == to) return prepare_slice(context);
  const auto positions = taken_positions(context.attributes, to);
  std::vector<AxisMap> axes;
  axes.reserve(positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i)
    axes.push_back({.in = positions[i].count,
                    .out = to.dims()[i],
                    .offset = positions[i].begin,
                    .step = positions[i].step});
  return arrangement_kernel(axes, Tensor::zeros(context.outputs[0].dtype, {}), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef slice{
    .name = "slice",
    .arity = {1, 1},
    .infer = infer_slice,
    .gradient = gradient_slice,
    .kernel = prepare_slice,
    .simplify = simplify_slice,
};

extern constexpr OpDef unslice{
    .name = "unslice",
    .arity = {2, 2},
    .infer = infer_unslice,
    .gradient = gradient_unslice,
    .kernel = prepare_unslice,
    .shape_only_inputs = 1U << 1,
    .simplify = simplify_unslice,
};

constexpr const OpDef* slice_list[] = {&slice, &unslice};
extern constexpr std::span<const OpDef* const> slice_ops = slice_list;

}  // namespace builtin

namespace {

/// Positions that are left out become such that lie outside every dimension.
Attributes slices_of(const Integers& axes, std::span<const Slice> slices) {
  Integers begins;
  Integers ends;
  Integers steps;
  for (const Slice& of : slices) {
    begins.push_back(of.begin.value_or(of.step < 0 ? behind_all : 0));
    ends.push_back(of.end.value_or(of.step < 0 ? before_all : behind_all));
    steps.push_back(of.step);
  }
  return {{"axes", axes}, {"begin", begins}, {"end", ends}, {"step", steps}};
}

Integers first_axes(std::size_t count) {
  Integers axes(count);
  for (std::size_t i = 0; i < count; ++i) axes[i] = static_cast<std::int64_t>(i);
  return axes;
}

}  // namespace

Output slice(const Output& x, const std::vector<Slice>& slices, const NodeOptions& options) {
  return add_node(builtin::slice, {x}, slices_of(first_axes(slices.size()), slices), options);
}

Output slice(const Output& x, std::int64_t axis, const Slice& positions,
             const NodeOptions& options) {
  return add_node(builtin::slice, {x}, slices_of({axis}, {&positions, 1}), options);
}

Output unslice(const Output& x, const Output& like, const std::vector<Slice>& slices,
               const NodeOptions& options) {
  return add_node(builtin::unslice, {x, like}, slices_of(first_axes(slices.size()), slices),
                  options);
}

Output unslice(const Output& x, const Output& like, std::int64_t axis, const Slice& positions,
               const NodeOptions& options) {
  return add_node(builtin::unslice, {x, like}, slices_of({axis}, {&positions, 1}), options);
}

/// Without axes all, as many as x has; an empty handle has none, and the op says so.
Output reverse(const Output& x, const Axes& axes, const NodeOptions& options) {
  const Integers reversed =
      axes.list() ? *axes.list() : first_axes(has_spec(x) ? x.shape().rank() : 0);
  const std::vector<Slice> slices(reversed.size(), Slice{.step = -1});
  return add_node(builtin::slice, {x}, slices_of(reversed, slices), options);
}

}  // namespace deft
