#include "index_range.hpp"

#include <string>

#include <deft/core/error.hpp>

#include "kernels/position_text.hpp"

namespace deft {

template <class I>
void refuse_indices(const I* indices, const Shape& shape, std::span<const std::int64_t> bounds) {
  const auto bound = [&](std::int64_t at) {
    return bounds[static_cast<std::size_t>(at) % bounds.size()];
  };
  std::int64_t at = 0;
  while (is_within(indices[at], bound(at))) ++at;
  throw ValueError({.code = ErrorCode::numeric,
                    .message = "the index " + std::to_string(indices[at]) + " at " +
                               position_text(shape, at) + " is outside [0, " +
                               std::to_string(bound(at)) + ")",
                    .cure = "indices count from 0 to the size less 1; none counts from the end"});
}

template void refuse_indices(const std::int32_t*, const Shape&, std::span<const std::int64_t>);
template void refuse_indices(const std::int64_t*, const Shape&, std::span<const std::int64_t>);

}  // namespace deft
