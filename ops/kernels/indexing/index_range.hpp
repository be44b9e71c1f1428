#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

#include <deft/core/dtype.hpp>
#include <deft/core/shape.hpp>

namespace deft {

/// Whether `index` is one of [0, bound).
inline bool is_within(std::int64_t index, std::int64_t bound) {
  return static_cast<std::uint64_t>(index) < static_cast<std::uint64_t>(bound);
}

/// Throws ValueError for the first element of a tensor of indices that is out of range. Element p
/// must be in [0, bounds[p % bounds.size()]), and one at least is not. So every block of a kernel
/// that meets such an index, whichever it is, gives the same error.
template <class I>
[[noreturn]] void refuse_indices(const I* indices, const Shape& shape,
                                 std::span<const std::int64_t> bounds);

/// Calls f(std::type_identity<I>()) with the C++ type of a dtype of indices.
template <class F>
auto visit_index(DType dtype, const F& f) {
  if (dtype == DType::i32) return f(std::type_identity<std::int32_t>());
  return f(std::type_identity<std::int64_t>());
}

}  // namespace deft
