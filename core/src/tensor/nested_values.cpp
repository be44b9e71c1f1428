#include <deft/core/nested_values.hpp>

#include <string>

#include "value_error.hpp"

namespace deft {

template <Element T>
void NestedValues<T>::refuse(std::size_t axis, std::int64_t length) const {
  throw_value_error(ErrorCode::shape_mismatch,
                    "braces at depth " + std::to_string(axis) + " of a tensor hold " +
                        std::to_string(dims_[axis]) + " and " + std::to_string(length) + " values",
                    "give all braces at one depth the same length", where_);
}

template class NestedValues<float>;
template class NestedValues<double>;
template class NestedValues<std::int32_t>;
template class NestedValues<std::int64_t>;
template class NestedValues<bool>;
template class NestedValues<std::uint8_t>;
template class NestedValues<std::int8_t>;
template class NestedValues<std::int16_t>;
template class NestedValues<std::uint16_t>;
template class NestedValues<std::uint32_t>;
template class NestedValues<std::uint64_t>;
template class NestedValues<Half>;
template class NestedValues<BFloat16>;

}  // namespace deft
