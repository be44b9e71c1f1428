#include "kernels/products/skinny/skinny_kernels.hpp"
#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products/skinny/skinny_short.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "kernels/products/skinny/skinny-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft {
namespace HWY_NAMESPACE {

/// Rows [row, ...) of the part, as many as whole vectors of D cover. Returns the first row left.
template <std::size_t K, std::size_t N, class D, class T = hn::TFromD<D>>
HWY_INLINE std::int64_t short_rows(D d, const SkinnyPart<T>& part, std::int64_t row) {
  using V = hn::Vec<D>;
  const auto step = static_cast<std::int64_t>(hn::Lanes(d));
  V b[K][N];
  for (std::size_t t = 0; t < K; ++t)
    for (std::size_t j = 0; j < N; ++j)
      b[t][j] = hn::Set(d, part.b[static_cast<std::int64_t>(t) * part.b_term +
                                  static_cast<std::int64_t>(j) * part.b_column]);
  const bool a_in_lines = part.a_row == 1;
  for (; row + step <= part.m; row += step) {
    V a[K];
    if (a_in_lines)
      load_lines<K>(d, part.a + row, part.a_term, a);
    else
      load_interleaved<K>(d, part.a + row * static_cast<std::int64_t>(K), a);
    V c[N];
    for (std::size_t j = 0; j < N; ++j) c[j] = hn::Mul(a[0], b[0][j]);
    for (std::size_t t = 1; t < K; ++t)
      for (std::size_t j = 0; j < N; ++j) c[j] = hn::MulAdd(a[t], b[t][j], c[j]);
    store_rows<N>(d, part, row, c);
  }
  return row;
}

template <class T>
struct ShortProducts {
  const SkinnyPart<T>& part;

  template <std::size_t K, std::size_t N>
  void run() const {
    const std::int64_t row = short_rows<K, N>(Lanes<T>(), part, 0);
    short_rows<K, N>(hn::CappedTag<T, 1>(), part, row);
  }

  template <std::size_t K>
  struct WithTerms {
    const ShortProducts& products;
    template <std::size_t N>
    void operator()() const {
      products.run<K, N>();
    }
  };

  template <std::size_t K>
  void operator()() const {
    with_count(part.n, WithTerms<K>{*this});
  }
};

template <class T>
void short_products(const SkinnyPart<T>& part) {
  with_count(part.k, ShortProducts<T>{part});
}

SkinnyKernel<float> choose_short_f32() { return short_products<float>; }
SkinnyKernel<double> choose_short_f64() { return short_products<double>; }

}  // namespace HWY_NAMESPACE
}  // namespace deft
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_short_f32);
HWY_EXPORT(choose_short_f64);

template <>
SkinnyKernel<float> short_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_short_f32)();
}
template <>
SkinnyKernel<double> short_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_short_f64)();
}

}  // namespace deft
#endif
