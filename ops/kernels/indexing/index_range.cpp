#include "index_range.hpp"

#include <string>
#include <vector>

#include <deft/core/error.hpp>

namespace deft {
namespace {

/// "[0, 2]": where element `at` of a dense tensor stands.
std::string position(const Shape& shape, std::int64_t at) {
  std::vector<std::int64_t> index(shape.rank());
  for (std::size_t i = shape.rank(); i-- > 0; at /= shape.dims()[i])
    index[i] = at % shape.dims()[i];
  return Shape(index).to_string();
}

}  // namespace

template <class I>
void refuse_indices(const I* indices, const Shape& shape, std::span<const std::int64_t> bounds) {
  const auto bound = [&](std::int64_t at) {
    return bounds[static_cast<std::size_t>(at) % bounds.size()];
  };
  std::int64_t at = 0;
  while (is_within(indices[at], bound(at))) ++at;
  throw ValueError({.code = ErrorCode::numeric,
                    .message = "the index " + std::to_string(indices[at]) + " at " +
                               position(shape, at) + " is outside [0, " +
                               std::to_string(bound(at)) + ")",
                    .cure = "indices count from 0 to the size less 1; none counts from the end"});
}

template void refuse_indices(const std::int32_t*, const Shape&, std::span<const std::int64_t>);
template void refuse_indices(const std::int64_t*, const Shape&, std::span<const std::int64_t>);

}  // namespace deft
