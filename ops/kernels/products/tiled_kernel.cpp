#include "kernels/products/tiled_kernel.hpp"

#include <bit>

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products/tiled_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Lanes = hn::CappedTag<T, 64 / sizeof(T)>;

// A strip of a is strip_rows high, one of b `Vectors` wide, 3 or, where that is all, 1: their
// product stays in registers.
constexpr std::int64_t most_vectors = 3;
template <std::int64_t Vectors>
constexpr std::int64_t strip_rows = HWY_TARGET == HWY_AVX3 || Vectors == 1 ? 8 : 4;
template <class T>
constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(Lanes<T>()));
template <class T, std::int64_t Vectors>
constexpr std::int64_t strip_columns = Vectors* lanes<T>;

constexpr int most_levels = std::bit_width(static_cast<std::uint64_t>(tiled_terms));  // of a tree

template <class T, std::int64_t Vectors>
using Tile = hn::Vec<Lanes<T>>[strip_rows<Vectors>][Vectors];

/// Packs `count` lines of `terms` elements into strips of `Width`: [strip][term][Width], the last
/// one filled up with zeros.
template <std::int64_t Width, class T>
void pack(const T* from, std::int64_t line, std::int64_t term, std::int64_t count,
          std::int64_t terms, T* to) {
  for (std::int64_t first = 0; first < count; first += Width) {
    const std::int64_t width = std::min(Width, count - first);
    const T* strip = from + first * line;
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
template <class T, std::int64_t Vectors>
HWY_INLINE void multiply_strips(const T* a, const T* b, std::int64_t terms, Tile<T, Vectors>& sum) {
  const Lanes<T> d;
  for (auto& row : sum)
    for (auto& v : row) v = hn::Zero(d);
  for (std::int64_t p = 0; p < terms;
       ++p, a += strip_rows<Vectors>, b += strip_columns<T, Vectors>) {
    hn::Vec<Lanes<T>> column[Vectors];
    for (std::int64_t j = 0; j < Vectors; ++j) column[j] = hn::Load(d, b + j * lanes<T>);
    for (std::int64_t i = 0; i < strip_rows<Vectors>; ++i) {
      const auto factor = hn::Set(d, a[i]);
      for (std::int64_t j = 0; j < Vectors; ++j)
        sum[i][j] = hn::MulAdd(factor, column[j], sum[i][j]);
    }
  }
}

/// The sums of `chains` chains of `terms` terms each, added in the order of a binary tree. They are
/// made one after the other; what waits for its neighbour lies in a tile for each level.
template <class T, std::int64_t Vectors>
HWY_INLINE void multiply_tree(const T* a, const T* b, std::int64_t chains, std::int64_t terms,
                              Tile<T, Vectors>& sum) {
  const Lanes<T> d;
  alignas(64) T waiting[most_levels][strip_rows<Vectors>][strip_columns<T, Vectors>];
  for (std::int64_t chain = 0;; ++chain) {
    multiply_strips<T, Vectors>(a + chain * terms * strip_rows<Vectors>,
                                b + chain * terms * strip_columns<T, Vectors>, terms, sum);
    std::int64_t level = 0;
    for (; ((chain >> level) & 1) != 0; ++level)
      for (std::int64_t i = 0; i < strip_rows<Vectors>; ++i)
        for (std::int64_t j = 0; j < Vectors; ++j)
          sum[i][j] = hn::Add(hn::Load(d, waiting[level][i] + j * lanes<T>), sum[i][j]);
    if (chain + 1 == chains) return;
    for (std::int64_t i = 0; i < strip_rows<Vectors>; ++i)
      for (std::int64_t j = 0; j < Vectors; ++j)
        hn::Store(sum[i][j], d, waiting[level][i] + j * lanes<T>);
  }
}

/// Writes the first `rows` x `columns` sums to c, or adds them.
template <class T, std::int64_t Vectors>
HWY_INLINE void store_tile(const Tile<T, Vectors>& sum, bool add, T* c, std::int64_t c_row,
                           std::int64_t rows, std::int64_t columns) {
  const Lanes<T> d;
  if (rows == strip_rows<Vectors> && columns == strip_columns<T, Vectors>) {
    for (std::int64_t i = 0; i < strip_rows<Vectors>; ++i)
      for (std::int64_t j = 0; j < Vectors; ++j) {
        T* to = c + i * c_row + j * lanes<T>;
        hn::StoreU(add ? hn::Add(hn::LoadU(d, to), sum[i][j]) : sum[i][j], d, to);
      }
    return;
  }
  alignas(64) T tile[strip_rows<Vectors>][strip_columns<T, Vectors>];
  for (std::int64_t i = 0; i < strip_rows<Vectors>; ++i)
    for (std::int64_t j = 0; j < Vectors; ++j) hn::Store(sum[i][j], d, tile[i] + j * lanes<T>);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      c[i * c_row + j] = add ? c[i * c_row + j] + tile[i][j] : tile[i][j];
}

/// K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
template <class T, std::int64_t Vectors>
void multiply_by(const TiledPart<T>& part) {
  constexpr std::int64_t height = strip_rows<Vectors>;
  constexpr std::int64_t width = strip_columns<T, Vectors>;
  for (std::int64_t column = 0; column < part.n; column += tiled_columns) {
    const std::int64_t columns = std::min(tiled_columns, part.n - column);
    for (std::int64_t term = 0; term < part.k; term += tiled_terms) {
      const std::int64_t terms = std::min(tiled_terms, part.k - term);
      pack<width>(part.b + term * part.b_term + column * part.b_column, part.b_column, part.b_term,
                  columns, terms, part.packed_b);
      for (std::int64_t row = 0; row < part.m; row += tiled_rows) {
        const std::int64_t rows = std::min(tiled_rows, part.m - row);
        pack<height>(part.a + row * part.a_row + term * part.a_term, part.a_row, part.a_term, rows,
                     terms, part.packed_a);
        for (std::int64_t j = 0; j < columns; j += width)
          for (std::int64_t i = 0; i < rows; i += height) {
            Tile<T, Vectors> sum;
            const T* const a = part.packed_a + i * terms;
            const T* const b = part.packed_b + j * terms;
            if (part.tree_terms == 0)
              multiply_strips<T, Vectors>(a, b, terms, sum);
            else
              multiply_tree<T, Vectors>(a, b, terms / part.tree_terms, part.tree_terms, sum);
            store_tile<T, Vectors>(sum, term > 0, part.c + (row + i) * part.c_row + column + j,
                                   part.c_row, std::min(height, rows - i),
                                   std::min(width, columns - j));
          }
      }
    }
  }
}

template <class T>
void multiply(const TiledPart<T>& part) {
  if (part.n <= lanes<T>)
    multiply_by<T, 1>(part);
  else
    multiply_by<T, most_vectors>(part);
}

TiledKernel<float> choose_tiled_f32() { return multiply<float>; }
TiledKernel<double> choose_tiled_f64() { return multiply<double>; }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_tiled_f32);
HWY_EXPORT(choose_tiled_f64);

template <>
TiledKernel<float> tiled_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_tiled_f32)();
}
template <>
TiledKernel<double> tiled_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_tiled_f64)();
}

}  // namespace deft
#endif
