#include "kernels/reductions/deviations.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reductions/deviations.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <type_traits>
#include <utility>

#include "kernels/simd/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Sums that run side by side along a row: the same number on every instruction set, so that all of
/// them round alike.
constexpr std::size_t row_lanes = 16;

struct Plus {
  template <class V>
  static HWY_INLINE V take(V x, V y) {
    return hn::Add(x, y);
  }
};

/// (x - center)^2, rounded twice: a fused multiply-add is not on every instruction set.
template <class D, class T>
HWY_INLINE hn::Vec<D> squared(D d, const T* x, hn::Vec<D> center) {
  hn::Vec<D> value;
  if constexpr (std::is_same_v<T, double>)
    value = hn::LoadU(d, x);
  else
    value = hn::PromoteTo(d, hn::LoadU(hn::Rebind<T, D>(), x));
  const hn::Vec<D> deviation = hn::Sub(value, center);
  return hn::Mul(deviation, deviation);
}

/// Lane j takes elements j, j + row_lanes and so on; lanes are combined by halves; what is left
/// over comes last.
template <class T, std::size_t... v>
HWY_INLINE double row_of_vectors(const T* x, std::size_t length, double center,
                                 std::index_sequence<v...>) {
  const hn::CappedTag<double, row_lanes> d;
  constexpr std::size_t count = sizeof...(v);
  constexpr std::size_t width = row_lanes / count;
  const auto centers = hn::Set(d, center);
  hn::Vec<hn::CappedTag<double, row_lanes>> sums[] = {(static_cast<void>(v), hn::Zero(d))...};
  std::size_t i = 0;
  for (; i + row_lanes <= length; i += row_lanes)
    ((sums[v] = hn::Add(sums[v], squared(d, x + i + v * width, centers))), ...);
  for (std::size_t half = count / 2; half > 0; half /= 2)
    for (std::size_t j = 0; j < half; ++j) sums[j] = hn::Add(sums[j], sums[j + half]);
  double sum = hn::GetLane(combine_lanes<Plus, 1>(d, sums[0]));
  for (; i < length; ++i) {
    const double deviation = static_cast<double>(x[i]) - center;
    sum += deviation * deviation;
  }
  return sum;
}

template <class T>
double row_of(const void* x, std::size_t length, double center) {
  constexpr std::size_t vectors = row_lanes / hn::MaxLanes(hn::CappedTag<double, row_lanes>());
  return row_of_vectors(static_cast<const T*>(x), length, center,
                        std::make_index_sequence<vectors>());
}

template <class T>
void columns_of(const void* from, std::size_t count, std::size_t width, std::size_t stride,
                const double* centers, double* sums) {
  const hn::ScalableTag<double> d;
  const hn::CappedTag<double, 1> one;
  const T* x = static_cast<const T*>(from);
  for (std::size_t r = 0; r < count; ++r, x += stride) {
    const auto add = [&](auto tag, std::size_t k) HWY_ATTR {
      const auto center = hn::LoadU(tag, centers + k);
      hn::StoreU(hn::Add(hn::LoadU(tag, sums + k), squared(tag, x + k, center)), tag, sums + k);
    };
    std::size_t k = 0;
    for (; k + hn::Lanes(d) <= width; k += hn::Lanes(d)) add(d, k);
    for (; k < width; ++k) add(one, k);
  }
}

Deviations choose_deviations(DType dtype) {
  if (dtype == DType::f64) return {row_of<double>, columns_of<double>};
  return {row_of<float>, columns_of<float>};
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_deviations);

Deviations deviations(DType dtype) { return HWY_DYNAMIC_DISPATCH(choose_deviations)(dtype); }

}  // namespace deft
#endif
