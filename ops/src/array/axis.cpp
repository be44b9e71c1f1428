#include "axis.hpp"

#include <string>
#include <vector>

#include "shape_rules.hpp"

namespace deft {

std::size_t check_axis(const InferContext& context, std::size_t rank) {
  const std::int64_t axis = context.attributes.get<std::int64_t>("axis");
  return normalize_axes(context, {&axis, 1}, rank)[0];
}

std::size_t axis_of(const Attributes& attributes, std::size_t rank) {
  const std::int64_t axis = attributes.get<std::int64_t>("axis");
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
}

Shape with_dim(const Shape& shape, std::size_t axis, std::int64_t dim) {
  std::vector<std::int64_t> dims(shape.dims().begin(), shape.dims().end());
  dims[axis] = dim;
  return Shape(dims);
}

std::int64_t sum_of_dims(const InferContext& context, std::span<const TensorSpec> parts,
                         std::size_t axis) {
  std::int64_t sum = 0;
  for (const TensorSpec& part : parts) {
    const std::int64_t dim = part.shape.dims()[axis];
    if (dim == Shape::unknown) return Shape::unknown;
    if (__builtin_add_overflow(sum, dim, &sum))
      context.fail(ErrorCode::overflow,
                   "the sum of the dimensions " + std::to_string(axis) + " does not fit in 63 bits",
                   "make them smaller");
  }
  return sum;
}

}  // namespace deft
