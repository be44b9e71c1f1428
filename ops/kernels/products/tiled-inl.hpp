// Included once per instruction set by the kernels that work on tiles of a product (Highway's
// convention), so it has no #pragma once.
#if defined(DEFT_TILED_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_TILED_INL_HPP
#undef DEFT_TILED_INL_HPP
#else
#define DEFT_TILED_INL_HPP
#endif

#include <algorithm>
#include <cstdint>

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

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // DEFT_TILED_INL_HPP
