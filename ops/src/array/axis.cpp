#include "axis.hpp"

#include <string>

namespace deft {

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
