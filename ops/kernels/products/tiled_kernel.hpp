#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace deft {

// How much of a product is packed at a time: tiled_rows x tiled_terms elements of a, and
// tiled_terms x tiled_columns of b. So many terms of a strip of columns fit in a small first-level
// cache, so many rows in the second level. Strips are 4 or 8 rows high and up to 24 columns wide,
// numbers that divide these.
inline constexpr std::int64_t tiled_rows = 128;
inline constexpr std::int64_t tiled_terms = 128;
inline constexpr std::int64_t tiled_columns = 240;

/// Rows of an f64 product: c [m, n] = a [m, k] b [k, n], all at any strides but the columns of c,
/// which lie side by side. Distances in elements.
struct TiledPart {
  const double* a = nullptr;
  const double* b = nullptr;
  double* c = nullptr;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  std::int64_t a_row = 0;
  std::int64_t a_term = 0;
  std::int64_t b_term = 0;
  std::int64_t b_column = 0;
  std::int64_t c_row = 0;
  double* packed_a = nullptr;  // packed_a_size of it, aligned to 64 bytes
  double* packed_b = nullptr;

  /// Elements; multiples of 8.
  std::int64_t packed_a_size() const {
    return (std::min(m, tiled_rows) + 7) / 8 * 8 * std::min(k, tiled_terms);
  }
  std::int64_t packed_b_size() const {
    return (std::min(n, tiled_columns) + 23) / 24 * 24 * std::min(k, tiled_terms);
  }
};

using TiledKernel = void (*)(const TiledPart&);

/// The kernel for the instruction set that the processor has at the moment of the call.
TiledKernel tiled_kernel();

}  // namespace deft
