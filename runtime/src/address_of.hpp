#pragma once

#include <array>
#include <cstddef>

#include <deft/core/tensor.hpp>

namespace deft {

/// The first byte of a tensor as kernels see it: an address even for a tensor that has no memory,
/// since it has no elements.
inline const void* address_of(const Tensor& tensor) {
  alignas(64) static std::array<std::byte, 64> nothing{};
  return tensor.raw() == nullptr ? nothing.data() : tensor.raw();
}

}  // namespace deft
