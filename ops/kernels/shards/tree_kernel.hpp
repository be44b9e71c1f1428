#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace deft {

/// c [m, n] = the sum of `chains` products a^T b of `terms` terms each, a [chains * terms, m] and b
/// [chains * terms, n] of f32 or f64. Each product is one chain of multiply-adds per element; they
/// are added in the order of a binary tree. Distances in elements.
template <class T>
struct TreePart {
  const T* a = nullptr;
  const T* b = nullptr;
  T* c = nullptr;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t chains = 0;  // a power of two, at most 2^most_tree_levels
  std::int64_t terms = 0;
  std::int64_t a_term = 0;
  std::int64_t b_term = 0;
  std::int64_t c_row = 0;
  T* packed_a = nullptr;  // packed_a_size of it, aligned to 64 bytes
  T* packed_b = nullptr;  // likewise

  // Elements; multiples of 64 bytes. All rows of a^T are packed, and a strip of columns of b.
  std::int64_t packed_a_size() const { return (m + 15) / 16 * 16 * chains * terms; }
  std::int64_t packed_b_size() const {
    return static_cast<std::int64_t>(192 / sizeof(T)) * chains * terms;
  }
};

inline constexpr int most_tree_levels = 10;

template <class T>
using TreeKernel = void (*)(const TreePart<T>&);

/// The kernel, for float and double, for the instruction set that the processor has at the moment
/// of the call.
template <class T>
TreeKernel<T> tree_kernel();

}  // namespace deft
