#include "kernels/products/skinny/skinny_kernels.hpp"
#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products/skinny/skinny_dots.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "kernels/products/skinny/skinny-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft {
namespace HWY_NAMESPACE {

/// to[i * step] = the sum of the lanes of v[i], folded in halves.
template <std::size_t M, class D, class T = hn::TFromD<D>>
HWY_INLINE void store_sums(D d, const hn::Vec<D> (&v)[M], T* to, std::int64_t step) {
  for (std::size_t i = 0; i < M; ++i)
    to[static_cast<std::int64_t>(i) * step] = hn::GetLane(fold_lanes<1>(d, v[i]));
}

#if HWY_TARGET != HWY_SCALAR
/// Four rows at once, from where they fit in 128 bits.
template <class D>
HWY_INLINE void store_sums(D d, const hn::Vec<D> (&v)[4], float* to, std::int64_t step) {
  const hn::Full128<float> d4;
  const auto fold_pair = [&](auto a, auto b) HWY_ATTR {  // 2 lanes of a, 2 lanes of b
    return hn::Add(hn::ConcatLowerLower(d4, b, a), hn::ConcatUpperUpper(d4, b, a));
  };
  const auto low = fold_pair(fold_lanes<4>(d, v[0]), fold_lanes<4>(d, v[1]));
  const auto high = fold_pair(fold_lanes<4>(d, v[2]), fold_lanes<4>(d, v[3]));
  alignas(16) float sums[4];
  hn::Store(hn::Add(hn::ConcatEven(d4, high, low), hn::ConcatOdd(d4, high, low)), d4, sums);
  for (std::int64_t i = 0; i < 4; ++i) to[i * step] = sums[i];
}
#endif

/// N lines of one operand of a dot product: line i, term p at data[i * line + p * term], where
/// either term == 1 or line == 1 and term == N.
template <class T>
struct LineSet {
  const T* data;
  std::int64_t line;
  std::int64_t term;

  template <std::size_t N, class D>
  HWY_INLINE void load(D d, std::int64_t p, hn::Vec<D> (&v)[N]) const {
    if (term == 1)
      load_lines<N>(d, data + p, line, v);
    else
      load_interleaved<N>(d, data + p * static_cast<std::int64_t>(N), v);
  }

  /// The terms [p, p + count), then zeros up to a whole virtual vector per line.
  template <std::size_t N>
  HWY_INLINE void copy_tail(std::int64_t p, std::size_t count, T* to) const {
    for (std::size_t i = 0; i < N; ++i)
      for (std::size_t q = 0; q < virtual_lanes<T>; ++q)
        to[i * virtual_lanes<T> + q] = q < count ? data[static_cast<std::int64_t>(i) * line +
                                                        (p + static_cast<std::int64_t>(q)) * term]
                                                 : T{0};
  }
};

/// True if MaskedLoad never touches what its mask excludes, for float and double.
constexpr bool masked_loads_are_safe = HWY_TARGET == HWY_AVX2 || HWY_MEM_OPS_MIGHT_FAULT == 0;

/// The terms after the last whole virtual vector: how many, and those of b, padded with zeros.
template <class T>
struct Tail {
  std::int64_t begin;
  std::size_t count;
  alignas(64) T b[4 * virtual_lanes<T>];
};

/// Rows [row, row + M) of c.
template <std::size_t M, std::size_t N, class T>
HWY_INLINE void dot_rows(const SkinnyPart<T>& part, const Tail<T>& tail, std::int64_t row) {
  const Lanes<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr std::size_t width = hn::MaxLanes(d);
  constexpr std::size_t pieces = virtual_lanes<T> / width;
  const LineSet<T> a{part.a + row * part.a_row, part.a_row, part.a_term};
  const LineSet<T> b{part.b, part.b_column, part.b_term};

  const bool prefetches = part.next != 0 && (row & 32) != 0;
  V sum[M][N][pieces];
  for (std::size_t i = 0; i < M; ++i)
    for (std::size_t j = 0; j < N; ++j)
      for (std::size_t q = 0; q < pieces; ++q) sum[i][j][q] = hn::Zero(d);

  for (std::int64_t p = 0; p < tail.begin; p += static_cast<std::int64_t>(virtual_lanes<T>)) {
    for (std::size_t q = 0; q < pieces; ++q) {
      V x[M], y[N];
      a.template load<M>(d, p + static_cast<std::int64_t>(q * width), x);
      if (prefetches)
        for (std::size_t i = 0; i < M; ++i)
          __builtin_prefetch(a.data + static_cast<std::int64_t>(i) * a.line + p +
                                 static_cast<std::int64_t>(q * width) + part.next,
                             0, 2);
      b.template load<N>(d, p + static_cast<std::int64_t>(q * width), y);
      for (std::size_t i = 0; i < M; ++i)
        for (std::size_t j = 0; j < N; ++j) sum[i][j][q] = hn::MulAdd(x[i], y[j], sum[i][j][q]);
    }
  }

  if (tail.count != 0) {
    alignas(64) T a_copy[M * virtual_lanes<T>];
    const bool direct = masked_loads_are_safe && part.a_term == 1;
    if (!direct) a.template copy_tail<M>(tail.begin, tail.count, a_copy);
    for (std::size_t q = 0; q < pieces && q * width < tail.count; ++q) {
      const auto mask = hn::FirstN(d, tail.count - q * width);
      V x[M];
      for (std::size_t i = 0; i < M; ++i)
        x[i] = direct ? hn::MaskedLoad(mask, d,
                                       a.data + static_cast<std::int64_t>(i) * a.line + tail.begin +
                                           static_cast<std::int64_t>(q * width))
                      : hn::Load(d, a_copy + i * virtual_lanes<T> + q * width);
      for (std::size_t j = 0; j < N; ++j) {
        const V y = hn::Load(d, tail.b + j * virtual_lanes<T> + q * width);
        for (std::size_t i = 0; i < M; ++i)
          sum[i][j][q] = hn::IfThenElse(mask, hn::MulAdd(x[i], y, sum[i][j][q]), sum[i][j][q]);
      }
    }
  }

  for (std::size_t j = 0; j < N; ++j) {
    V folded[M];
    for (std::size_t i = 0; i < M; ++i) {
      for (std::size_t h = pieces / 2; h > 0; h /= 2)
        for (std::size_t q = 0; q < h; ++q) sum[i][j][q] = hn::Add(sum[i][j][q], sum[i][j][q + h]);
      folded[i] = sum[i][j][0];
    }
    store_sums(d, folded, part.c + row * part.c_row + static_cast<std::int64_t>(j) * part.c_column,
               part.c_row);
  }
}

template <class T>
struct DotProducts {
  const SkinnyPart<T>& part;

  template <std::size_t N>
  struct Rows {
    const SkinnyPart<T>& part;
    const Tail<T>& tail;
    std::int64_t row;
    template <std::size_t M>
    void operator()() const {
      dot_rows<M, N>(part, tail, row);
    }
  };

  template <std::size_t N>
  void operator()() const {
    constexpr auto lanes = static_cast<std::int64_t>(virtual_lanes<T>);
    Tail<T> tail;
    tail.begin = part.k / lanes * lanes;
    tail.count = static_cast<std::size_t>(part.k - tail.begin);
    LineSet<T>{part.b, part.b_column, part.b_term}.template copy_tail<N>(tail.begin, tail.count,
                                                                         tail.b);
    std::int64_t row = 0;
    for (; row + 4 <= part.m; row += 4) dot_rows<4, N>(part, tail, row);
    if (row < part.m) with_count(part.m - row, Rows<N>{part, tail, row});
  }
};

template <class T>
void dot_products(const SkinnyPart<T>& part) {
  with_count(part.n, DotProducts<T>{part});
}

SkinnyKernel<float> choose_dot_f32() { return dot_products<float>; }
SkinnyKernel<double> choose_dot_f64() { return dot_products<double>; }

}  // namespace HWY_NAMESPACE
}  // namespace deft
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_dot_f32);
HWY_EXPORT(choose_dot_f64);

template <>
SkinnyKernel<float> dot_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_dot_f32)();
}
template <>
SkinnyKernel<double> dot_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_dot_f64)();
}

}  // namespace deft
#endif
