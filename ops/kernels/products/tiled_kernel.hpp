#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace deft {

// How much of a product is packed at a time: tiled_rows x tiled_terms elements of a, and
// tiled_terms x tiled_columns of b. So many terms of a strip of columns fit in a small first-level
// cache, so many rows in the second level. Strips are 4 or 8 rows high and up to 192 bytes wide,
// which divide these.
inline constexpr std::int64_t tiled_rows = 128;
inline constexpr std::int64_t tiled_terms = 128;
inline constexpr std::int64_t tiled_columns = 240;

/// Rows of an f32 or f64 product: c [m, n] = a [m, k] b [k, n], all at any strides but the columns
/// of c, which lie side by side. Distances in elements.
template <class T>
struct TiledPart {
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
  T* packed_a = nullptr;  // packed_a_size of it, aligned to 64 bytes
  T* packed_b = nullptr;

  /// Elements; multiples of 8 f64, 16 f32.
  std::int64_t packed_a_size() const {
    return rounded_up(std::min(m, tiled_rows), 64) * std::min(k, tiled_terms);
  }
  std::int64_t packed_b_size() const {
    return rounded_up(std::min(n, tiled_columns), 192) * std::min(k, tiled_terms);
  }

 private:
  /// `count` elements and what is missing to a multiple of `bytes`.
  static std::int64_t rounded_up(std::int64_t count, std::size_t bytes) {
    const auto unit = static_cast<std::int64_t>(bytes / sizeof(T));
    return (count + unit - 1) / unit * unit;
  }
};

template <class T>
using TiledKernel = void (*)(const TiledPart<T>&);

/// The kernel, for float and double, for the instruction set that the processor has at the moment
/// of the call.
template <class T>
TiledKernel<T> tiled_kernel();

}  // namespace deft
