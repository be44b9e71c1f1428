#include "shape_rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

/// Dimension `i` of `shape` under a longer shape of rank `rank`: 1 where it has none.
std::int64_t aligned(const Shape& shape, std::size_t i, std::size_t rank) {
  const std::size_t missing = rank - shape.rank();
  return i < missing ? 1 : shape.dims()[i - missing];
}

std::optional<std::int64_t> broadcast_dimension(std::int64_t a, std::int64_t b) {
  if (a == b || b == 1) return a;
  if (a == 1 || a == unknown) return b;
  if (b == unknown) return a;
  return std::nullopt;
}

[[noreturn]] void fail_broadcast(const InferContext& context, const Shape& a, const Shape& b,
                                 std::size_t axis, std::size_t rank, const std::string& what) {
  context.fail(
      ErrorCode::shape_mismatch,
      what + " " + a.to_string() + " and " + b.to_string() + " do not broadcast: dimension " +
          std::to_string(static_cast<std::int64_t>(axis) - static_cast<std::int64_t>(rank)) +
          " is " + std::to_string(aligned(a, axis, rank)) + " and " +
          std::to_string(aligned(b, axis, rank)),
      "make these dimensions equal, or one of them 1");
}

std::string dtype_name(DType dtype) { return std::string(to_string(dtype)); }

std::string valid_range(std::size_t rank) {
  if (rank == 0) return "a scalar has no axes";
  return "use " + std::to_string(-static_cast<std::int64_t>(rank)) + " to " +
         std::to_string(rank - 1);
}

}  // namespace

Shape broadcast_shapes(const InferContext& context, const Shape& a, const Shape& b,
                       const char* what) {
  const std::size_t rank = std::max(a.rank(), b.rank());
  std::array<std::int64_t, Shape::max_rank> dims{};
  for (std::size_t i = 0; i < rank; ++i) {
    const auto dim = broadcast_dimension(aligned(a, i, rank), aligned(b, i, rank));
    if (!dim) fail_broadcast(context, a, b, i, rank, what);
    dims[i] = *dim;
  }
  return Shape(std::span<const std::int64_t>(dims.data(), rank));
}

Shape broadcast_onto(const InferContext& context, const Shape& shape, const Shape& target) {
  const auto fail = [&](const std::string& why) {
    context.fail(ErrorCode::shape_mismatch,
                 "the shape " + shape.to_string() + " does not broadcast to " + target.to_string() +
                     ": " + why,
                 "dimensions must be equal, or 1 where they are repeated");
  };
  const std::size_t rank = target.rank();
  if (shape.rank() > rank)
    fail("rank " + std::to_string(shape.rank()) + " is over " + std::to_string(rank));
  std::array<std::int64_t, Shape::max_rank> dims{};
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t from = aligned(shape, i, rank);
    const std::int64_t to = target.dims()[i];
    if (from != to && from != 1 && from != unknown && to != unknown)
      fail("dimension " +
           std::to_string(static_cast<std::int64_t>(i) - static_cast<std::int64_t>(rank)) + " is " +
           std::to_string(from) + " and " + std::to_string(to));
    dims[i] = to == unknown && from != 1 ? from : to;
  }
  return Shape(std::span<const std::int64_t>(dims.data(), rank));
}

std::vector<std::size_t> normalize_axes(const InferContext& context,
                                        std::span<const std::int64_t> axes, std::size_t rank) {
  const auto signed_rank = static_cast<std::int64_t>(rank);
  std::vector<std::size_t> normalized;
  for (const std::int64_t axis : axes) {
    if (axis < -signed_rank || axis >= signed_rank)
      context.fail(ErrorCode::invalid_argument,
                   "axis " + std::to_string(axis) + " is outside the rank " + std::to_string(rank),
                   valid_range(rank));
    const std::size_t at = from_front(axis, rank);
    if (std::find(normalized.begin(), normalized.end(), at) != normalized.end())
      context.fail(
          ErrorCode::invalid_argument,
          "axis " + std::to_string(axis) + " of rank " + std::to_string(rank) + " is given twice",
          "name each axis once; negative axes count from the end");
    normalized.push_back(at);
  }
  return normalized;
}

AxisSet check_axes(const InferContext& context, std::size_t rank) {
  if (context.attributes.find("axes") != nullptr)
    normalize_axes(context, context.attributes.get<std::vector<std::int64_t>>("axes"), rank);
  return axis_set(context.attributes, rank);
}

AxisSet axis_set(const Attributes& attributes, std::size_t rank) {
  AxisSet set;
  if (attributes.find("axes") == nullptr) {
    for (std::size_t i = 0; i < rank; ++i) set.set(i);
    return set;
  }
  for (const std::int64_t axis : attributes.get<std::vector<std::int64_t>>("axes"))
    set.set(from_front(axis, rank));
  return set;
}

std::size_t check_axis(const InferContext& context, std::size_t rank) {
  const std::int64_t axis = context.attributes.get<std::int64_t>("axis");
  return normalize_axes(context, {&axis, 1}, rank).front();
}

void require_higher_rank(const InferContext& context, std::size_t rank) {
  if (rank == Shape::max_rank)
    context.fail(ErrorCode::invalid_argument,
                 "the rank is " + std::to_string(rank) + " already, and no rank is higher",
                 "merge dimensions with reshape");
}

std::size_t check_new_axis(const InferContext& context, std::size_t rank) {
  require_higher_rank(context, rank);
  const std::int64_t axis = context.attributes.get<std::int64_t>("axis");
  const auto last = static_cast<std::int64_t>(rank);
  if (axis < -last - 1 || axis > last)
    context.fail(
        ErrorCode::invalid_argument,
        "axis " + std::to_string(axis) + " is outside a result of rank " + std::to_string(rank + 1),
        "use " + std::to_string(-last - 1) + " to " + std::to_string(last));
  return axis_of(context.attributes, rank + 1);
}

std::size_t from_front(std::int64_t axis, std::size_t rank) {
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
}

std::size_t axis_of(const Attributes& attributes, std::size_t rank) {
  return from_front(attributes.get<std::int64_t>("axis"), rank);
}

Shape with_dim(const Shape& shape, std::size_t axis, std::int64_t dim) {
  std::vector<std::int64_t> dims(shape.dims().begin(), shape.dims().end());
  dims[axis] = dim;
  return Shape(dims);
}

AxisSet repeated_axes(const Shape& from, const Shape& to) {
  AxisSet set;
  for (std::size_t i = 0; i < from.rank(); ++i)
    set.set(i, aligned(to, i, from.rank()) == 1 && from.dims()[i] != 1);
  return set;
}

void require_same_dtype(const InferContext& context, std::size_t first) {
  for (std::size_t i = first + 1; i < context.inputs.size(); ++i) {
    const DType a = context.inputs[first].dtype;
    const DType b = context.inputs[i].dtype;
    if (a != b)
      context.fail(ErrorCode::dtype_mismatch,
                   "input " + std::to_string(first) + " is " + dtype_name(a) + ", but input " +
                       std::to_string(i) + " is " + dtype_name(b),
                   "cast one side");
  }
}

void require_numeric(const InferContext& context, std::size_t count) {
  for (std::size_t i = 0; i < std::min(count, context.inputs.size()); ++i)
    if (!is_numeric(context.inputs[i].dtype))
      context.fail(ErrorCode::dtype_mismatch,
                   "input " + std::to_string(i) + " is " + dtype_name(context.inputs[i].dtype) +
                       ", but must be f32, f64, i32 or i64",
                   "cast it to a numeric dtype");
}

void require_floating(const InferContext& context) {
  for (std::size_t i = 0; i < context.inputs.size(); ++i)
    if (!is_floating(context.inputs[i].dtype))
      context.fail(ErrorCode::dtype_mismatch,
                   "input " + std::to_string(i) + " is " + dtype_name(context.inputs[i].dtype) +
                       ", but must be f32 or f64",
                   "cast it to a floating dtype");
}

std::vector<TensorSpec> infer_numeric(const InferContext& context) {
  require_numeric(context);
  return {context.inputs[0]};
}

std::vector<TensorSpec> infer_floating(const InferContext& context) {
  require_floating(context);
  return {context.inputs[0]};
}

std::vector<TensorSpec> infer_binary(const InferContext& context) {
  require_numeric(context);
  require_same_dtype(context);
  const TensorSpec& x = context.inputs[0];
  const TensorSpec& y = context.inputs[1];
  return {{x.dtype, broadcast_shapes(context, x.shape, y.shape)}};
}

void require_known(const InferContext& context, const Shape& shape, std::string_view what) {
  if (!shape.is_fully_defined())
    context.fail(
        ErrorCode::invalid_argument,
        std::string(what) + " needs known dimensions, but the shape is " + shape.to_string(),
        "give all dimensions, or use a *_like operation");
}

}  // namespace deft
