#include "kernels/simd/highway_targets.hpp"

#include <algorithm>

#include "kernels/products/skinny/skinny_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products/skinny/skinny_columns.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "kernels/products/skinny/skinny-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft {
namespace HWY_NAMESPACE {

/// Bytes of sums that a tile keeps: half of a small L1 cache.
constexpr std::size_t tile_bytes = 16384;

/// A tile: rows of a that fill `slots` vectors. The last vector may overlap the one before, so that
/// every row count from one vector on is covered by whole vectors.
struct Tile {
  std::int64_t first;
  std::int64_t last;  // first row of the last vector that fits in the part
  std::size_t slots;

  std::int64_t row(std::size_t slot, std::size_t width) const {
    return std::min(first + static_cast<std::int64_t>(slot * width), last);
  }
};

/// Adds `Terms` terms, one virtual vector apart, to one lane of every slot. sums:
/// [N][slots][width].
template <std::size_t Terms, std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE void add_terms(D d, const SkinnyPart<T>& part, const Tile& tile, std::int64_t term,
                          T* sums) {
  using V = hn::Vec<D>;
  constexpr auto lanes = static_cast<std::int64_t>(virtual_lanes<T>);
  V b[Terms][N];
  for (std::size_t t = 0; t < Terms; ++t)
    for (std::size_t j = 0; j < N; ++j)
      b[t][j] = hn::Set(d, part.b[(term + static_cast<std::int64_t>(t) * lanes) * part.b_term +
                                  static_cast<std::int64_t>(j) * part.b_column]);
  for (std::size_t slot = 0; slot < tile.slots; ++slot) {
    const T* from = part.a + term * part.a_term + tile.row(slot, hn::Lanes(d));
    V a[Terms];
    load_lines<Terms>(d, from, lanes * part.a_term, a);
    if (part.next != 0)
      for (std::size_t t = 0; t < std::min<std::size_t>(Terms, 2); ++t)
        __builtin_prefetch(from + static_cast<std::int64_t>(t) * lanes * part.a_term + part.next, 0,
                           2);
    for (std::size_t j = 0; j < N; ++j) {
      T* to = sums + (j * tile.slots + slot) * hn::Lanes(d);
      V sum = hn::Load(d, to);
      for (std::size_t t = 0; t < Terms; ++t) sum = hn::MulAdd(a[t], b[t][j], sum);
      hn::Store(sum, d, to);
    }
  }
}

template <std::size_t N, class D, class T = hn::TFromD<D>>
struct AddTerms {
  const SkinnyPart<T>& part;
  const Tile& tile;
  std::int64_t term;
  T* sums;

  template <std::size_t Terms>
  HWY_INLINE void operator()() const {
    add_terms<Terms, N>(D(), part, tile, term, sums);
  }
};

template <std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE void column_tile(D d, const SkinnyPart<T>& part, const Tile& tile) {
  constexpr std::size_t lanes = virtual_lanes<T>;
  constexpr auto step = static_cast<std::int64_t>(lanes);
  alignas(64) T sums[tile_bytes / sizeof(T)];  // [lanes][N][slots][width]
  const std::size_t lane_size = N * tile.slots * hn::Lanes(d);
  std::fill_n(sums, lanes * lane_size, T{0});

  for (std::int64_t term = 0; term < part.k; term += 4 * step) {
    const std::int64_t used = std::min(step, part.k - term);
    for (std::int64_t l = 0; l < used; ++l)
      with_count(
          std::min<std::int64_t>(4, (part.k - term - l + step - 1) / step),
          AddTerms<N, D>{part, tile, term + l, sums + static_cast<std::size_t>(l) * lane_size});
  }

  for (std::size_t half = lanes / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half * lane_size; i += hn::Lanes(d))
      hn::Store(hn::Add(hn::Load(d, sums + i), hn::Load(d, sums + half * lane_size + i)), d,
                sums + i);
  for (std::size_t j = 0; j < N; ++j)
    for (std::size_t slot = 0; slot < tile.slots; ++slot)
      for (std::size_t i = 0; i < hn::Lanes(d); ++i)
        part.c[(tile.row(slot, hn::Lanes(d)) + static_cast<std::int64_t>(i)) * part.c_row +
               static_cast<std::int64_t>(j) * part.c_column] =
            sums[(j * tile.slots + slot) * hn::Lanes(d) + i];
}

template <std::size_t N, class D, class T = hn::TFromD<D>>
void column_tiles(D d, const SkinnyPart<T>& part) {
  const auto width = static_cast<std::int64_t>(hn::Lanes(d));
  const std::size_t max_slots = tile_bytes / (sizeof(T) * virtual_lanes<T> * N * hn::Lanes(d));
  const std::int64_t tile_rows = static_cast<std::int64_t>(max_slots) * width;
  for (std::int64_t first = 0; first < part.m; first += tile_rows) {
    const std::int64_t rows = std::min(tile_rows, part.m - first);
    column_tile<N>(d, part,
                   {first, part.m - width, static_cast<std::size_t>((rows + width - 1) / width)});
  }
}

template <class T>
struct ColumnProducts {
  const SkinnyPart<T>& part;

  template <std::size_t N>
  struct Tiles {
    const SkinnyPart<T>& part;
    template <class D>
    void operator()(D d) const {
      column_tiles<N>(d, part);
    }
  };

  template <std::size_t N>
  void operator()() const {
    with_width<T>(part.m, Tiles<N>{part});
  }
};

template <class T>
void column_products(const SkinnyPart<T>& part) {
  with_count(part.n, ColumnProducts<T>{part});
}

SkinnyKernel<float> choose_column_f32() { return column_products<float>; }
SkinnyKernel<double> choose_column_f64() { return column_products<double>; }

}  // namespace HWY_NAMESPACE
}  // namespace deft
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_column_f32);
HWY_EXPORT(choose_column_f64);

template <>
SkinnyKernel<float> column_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_column_f32)();
}
template <>
SkinnyKernel<double> column_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_column_f64)();
}

}  // namespace deft
#endif
