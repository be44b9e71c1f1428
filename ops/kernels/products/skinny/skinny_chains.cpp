#include "kernels/simd/highway_targets.hpp"

#include <algorithm>

#include "kernels/products/skinny/skinny_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products/skinny/skinny_chains.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "kernels/products/skinny/skinny-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft {
namespace HWY_NAMESPACE {

/// Terms of one row in 128 bits.
template <class T>
constexpr std::size_t terms_at_once = HWY_TARGET == HWY_SCALAR ? 1 : 16 / sizeof(T);

#if HWY_TARGET != HWY_SCALAR
/// A vector of 128-bit blocks, block i from from[i * distance].
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_blocks(D d, const T* from, std::int64_t distance) {
  if constexpr (hn::MaxLanes(d) <= terms_at_once<T>) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    constexpr auto blocks = static_cast<std::int64_t>(hn::MaxLanes(half) / terms_at_once<T>);
    return hn::Combine(d, load_blocks(half, from + blocks * distance, distance),
                       load_blocks(half, from, distance));
  }
}

/// Transposes a 4 x 4 tile within every block, or a 2 x 2 tile.
template <class D>
HWY_INLINE void transpose_blocks(D d, hn::Vec<D> (&v)[4]) {
  const auto ac_low = hn::InterleaveLower(d, v[0], v[2]);
  const auto ac_high = hn::InterleaveUpper(d, v[0], v[2]);
  const auto bd_low = hn::InterleaveLower(d, v[1], v[3]);
  const auto bd_high = hn::InterleaveUpper(d, v[1], v[3]);
  v[0] = hn::InterleaveLower(d, ac_low, bd_low);
  v[1] = hn::InterleaveUpper(d, ac_low, bd_low);
  v[2] = hn::InterleaveLower(d, ac_high, bd_high);
  v[3] = hn::InterleaveUpper(d, ac_high, bd_high);
}
template <class D>
HWY_INLINE void transpose_blocks(D d, hn::Vec<D> (&v)[2]) {
  const auto low = hn::InterleaveLower(d, v[0], v[1]);
  v[1] = hn::InterleaveUpper(d, v[0], v[1]);
  v[0] = low;
}
#endif

/// The terms [first, first + G) of the rows [row, row + lanes): a vector of rows per term.
template <class D, class T = hn::TFromD<D>, std::size_t G = terms_at_once<T>>
HWY_INLINE void load_terms(D d, const SkinnyPart<T>& part, std::int64_t row, std::int64_t first,
                           hn::Vec<D> (&a)[G]) {
  const T* from = part.a + row * part.a_row + first * part.a_term;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (hn::MaxLanes(d) >= G) {
    if (part.a_row != 1) {
      for (std::size_t i = 0; i < G; ++i)
        a[i] = load_blocks(d, from + static_cast<std::int64_t>(i) * part.a_row,
                           static_cast<std::int64_t>(G) * part.a_row);
      return transpose_blocks(d, a);
    }
  }
#endif
  load_lines<G>(d, from, part.a_term, a);
}

/// c = a b for the rows [row, row + lanes). Terms are taken G at a time; the last G may overlap
/// those before, and the terms that they repeat are skipped.
template <std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE void chain_rows(D d, const SkinnyPart<T>& part, std::int64_t row) {
  using V = hn::Vec<D>;
  constexpr auto at_once = static_cast<std::int64_t>(terms_at_once<T>);
  V c[N];
  for (std::size_t j = 0; j < N; ++j) c[j] = hn::Zero(d);
  for (std::int64_t t = 0; t < part.k; t += at_once) {
    const std::int64_t first = std::min(t, part.k - at_once);
    V a[terms_at_once<T>];
    load_terms(d, part, row, first, a);
    for (std::int64_t i = 0; i < at_once; ++i) {
      if (first + i < t) continue;
      const T* b = part.b + (first + i) * part.b_term;
      for (std::size_t j = 0; j < N; ++j)
        c[j] = hn::MulAdd(a[i], hn::Set(d, b[static_cast<std::int64_t>(j) * part.b_column]), c[j]);
    }
  }
  store_rows<N>(d, part, row, c);
}

template <class T>
struct ChainProducts {
  const SkinnyPart<T>& part;

  template <std::size_t N>
  struct Rows {
    const SkinnyPart<T>& part;
    /// The last vector may overlap the one before.
    template <class D>
    void operator()(D d) const {
      const auto step = static_cast<std::int64_t>(hn::Lanes(d));
      for (std::int64_t row = 0; row < part.m; row += step)
        chain_rows<N>(d, part, std::min(row, part.m - step));
    }
  };

  template <std::size_t N>
  void operator()() const {
    with_width<T>(part.m, Rows<N>{part});
  }
};

template <class T>
void chain_products(const SkinnyPart<T>& part) {
  with_count(part.n, ChainProducts<T>{part});
}

SkinnyKernel<float> choose_chain_f32() { return chain_products<float>; }
SkinnyKernel<double> choose_chain_f64() { return chain_products<double>; }

}  // namespace HWY_NAMESPACE
}  // namespace deft
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_chain_f32);
HWY_EXPORT(choose_chain_f64);

template <>
SkinnyKernel<float> chain_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_chain_f32)();
}
template <>
SkinnyKernel<double> chain_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_chain_f64)();
}

}  // namespace deft
#endif
