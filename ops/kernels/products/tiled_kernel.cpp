#include "kernels/products/tiled_kernel.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products/tiled_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, 8>;
using V = hn::Vec<Doubles>;

// A strip of a is strip_rows high, one of b strip_vectors wide: their product stays in registers.
constexpr std::int64_t strip_rows = HWY_TARGET == HWY_AVX3 ? 8 : 4;
constexpr std::int64_t strip_vectors = 3;
constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(Doubles()));
constexpr std::int64_t strip_columns = strip_vectors * lanes;

/// Packs `count` lines of `terms` elements into strips of `Width`: [strip][term][Width], the last
/// one filled up with zeros.
template <std::int64_t Width>
void pack(const double* from, std::int64_t line, std::int64_t term, std::int64_t count,
          std::int64_t terms, double* to) {
  for (std::int64_t first = 0; first < count; first += Width) {
    const std::int64_t width = std::min(Width, count - first);
    const double* strip = from + first * line;
    if (width == Width) {
      for (std::int64_t p = 0; p < terms; ++p, to += Width)
        for (std::int64_t i = 0; i < Width; ++i) to[i] = strip[p * term + i * line];
    } else {
      for (std::int64_t p = 0; p < terms; ++p, to += Width)
        for (std::int64_t i = 0; i < Width; ++i) to[i] = i < width ? strip[p * term + i * line] : 0;
    }
  }
}

/// The strip_rows x strip_columns sums of `terms` products of two strips, each one chain.
HWY_INLINE void multiply_strips(const double* a, const double* b, std::int64_t terms,
                                V (&sum)[strip_rows][strip_vectors]) {
  const Doubles d;
  for (auto& row : sum)
    for (V& v : row) v = hn::Zero(d);
  for (std::int64_t p = 0; p < terms; ++p, a += strip_rows, b += strip_columns) {
    V column[strip_vectors];
    for (std::int64_t j = 0; j < strip_vectors; ++j) column[j] = hn::Load(d, b + j * lanes);
    for (std::int64_t i = 0; i < strip_rows; ++i) {
      const V factor = hn::Set(d, a[i]);
      for (std::int64_t j = 0; j < strip_vectors; ++j)
        sum[i][j] = hn::MulAdd(factor, column[j], sum[i][j]);
    }
  }
}

/// Writes the first `rows` x `columns` sums to c, or adds them.
HWY_INLINE void store_tile(const V (&sum)[strip_rows][strip_vectors], bool add, double* c,
                           std::int64_t c_row, std::int64_t rows, std::int64_t columns) {
  const Doubles d;
  if (rows == strip_rows && columns == strip_columns) {
    for (std::int64_t i = 0; i < strip_rows; ++i)
      for (std::int64_t j = 0; j < strip_vectors; ++j) {
        double* to = c + i * c_row + j * lanes;
        hn::StoreU(add ? hn::Add(hn::LoadU(d, to), sum[i][j]) : sum[i][j], d, to);
      }
    return;
  }
  alignas(64) double tile[strip_rows][strip_columns];
  for (std::int64_t i = 0; i < strip_rows; ++i)
    for (std::int64_t j = 0; j < strip_vectors; ++j) hn::Store(sum[i][j], d, tile[i] + j * lanes);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      c[i * c_row + j] = add ? c[i * c_row + j] + tile[i][j] : tile[i][j];
}

/// K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
void multiply(const TiledPart& part) {
  for (std::int64_t column = 0; column < part.n; column += tiled_columns) {
    const std::int64_t columns = std::min(tiled_columns, part.n - column);
    for (std::int64_t term = 0; term < part.k; term += tiled_terms) {
      const std::int64_t terms = std::min(tiled_terms, part.k - term);
      pack<strip_columns>(part.b + term * part.b_term + column * part.b_column, part.b_column,
                          part.b_term, columns, terms, part.packed_b);
      for (std::int64_t row = 0; row < part.m; row += tiled_rows) {
        const std::int64_t rows = std::min(tiled_rows, part.m - row);
        pack<strip_rows>(part.a + row * part.a_row + term * part.a_term, part.a_row, part.a_term,
                         rows, terms, part.packed_a);
        for (std::int64_t j = 0; j < columns; j += strip_columns)
          for (std::int64_t i = 0; i < rows; i += strip_rows) {
            V sum[strip_rows][strip_vectors];
            multiply_strips(part.packed_a + i * terms, part.packed_b + j * terms, terms, sum);
            store_tile(sum, term > 0, part.c + (row + i) * part.c_row + column + j, part.c_row,
                       std::min(strip_rows, rows - i), std::min(strip_columns, columns - j));
          }
      }
    }
  }
}

TiledKernel choose_tiled_kernel() { return multiply; }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_tiled_kernel);

TiledKernel tiled_kernel() { return HWY_DYNAMIC_DISPATCH(choose_tiled_kernel)(); }

}  // namespace deft
#endif
