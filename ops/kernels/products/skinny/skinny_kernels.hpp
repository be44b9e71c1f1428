#pragma once

#include <cstddef>
#include <cstdint>

namespace deft {

/// Lanes of the virtual vector over which long sums are spread: 64 bytes, whatever the processor
/// has.
template <class T>
inline constexpr std::size_t virtual_lanes = 64 / sizeof(T);

/// Most columns that b and c of a skinny product have.
inline constexpr std::int64_t skinny_columns = 4;

/// Part of a skinny product: c [m, n] = a [m, k] b [k, n] with n <= 4, all operands at any strides
/// that a row-major matrix or its transpose can have. Distances in elements.
template <class T>
struct SkinnyPart {
  const T* a = nullptr;
  const T* b = nullptr;
  T* c = nullptr;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  std::int64_t a_row = 0;
  std::int64_t a_term = 0;
  std::int64_t b_term = 0;
  std::int64_t b_column = 0;
  std::int64_t c_row = 0;
  std::int64_t c_column = 0;
  std::int64_t next = 0;  // if not 0: the element of `a` that the next call reads is so far from
                          // the one that this call reads, and should be on its way into the cache
};

template <class T>
using SkinnyKernel = void (*)(const SkinnyPart<T>&);

// Four kernels, for float and double, that agree to the last bit where two of them can do the same
// product; for the instruction set that the processor has at the moment of the call.

/// k <= 4: vectors run over the rows of a.
template <class T>
SkinnyKernel<T> short_kernel();

/// 4 < k <= 16, and a_row == 1 or a_term == 1: vectors run over the rows of a, too.
template <class T>
SkinnyKernel<T> chain_kernel();

/// k > 16, and a_term == 1, or m <= 4 with a_row == 1 and a_term == m: vectors run over the terms.
template <class T>
SkinnyKernel<T> dot_kernel();

/// k > 16 and a_row == 1: vectors run over the rows of a, which lie side by side.
template <class T>
SkinnyKernel<T> column_kernel();

}  // namespace deft
