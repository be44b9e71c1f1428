#pragma once

#include <cstddef>
#include <cstdint>

namespace deft {

/// Lanes of the virtual vector over which long sums are spread: 64 bytes, whatever the processor has.
template <class T>
inline constexpr std::size_t virtual_lanes = 64 / sizeof(T);

/// Most columns that b and c of a skinny product have.
inline constexpr std::int64_t skinny_columns = 4;

/// Part of a skinny product: c [m, n] = a [m, k] b [k, n] with n <= 4, all operands at any strides that
/// a row-major matrix or its transpose can have. Distances in elements.
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
};

// Three kernels that agree to the last bit where two of them can do the same product.

/// k <= 4: vectors run over the rows of a.
void short_products(const SkinnyPart<float>& part);
void short_products(const SkinnyPart<double>& part);

/// k > 4, and a_term == 1, or m <= 4 with a_row == 1 and a_term == m: vectors run over the terms.
void dot_products(const SkinnyPart<float>& part);
void dot_products(const SkinnyPart<double>& part);

/// k > 4, m > 4 and a_row == 1: vectors run over the rows of a, which lie side by side.
void column_products(const SkinnyPart<float>& part);
void column_products(const SkinnyPart<double>& part);

}  // namespace deft
