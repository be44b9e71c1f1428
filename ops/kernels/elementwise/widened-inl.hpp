// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_WIDENED_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_WIDENED_INL_HPP
#undef DEFT_OPS_KERNELS_WIDENED_INL_HPP
#else
#define DEFT_OPS_KERNELS_WIDENED_INL_HPP
#endif

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include <hwy/highway.h>

// Elements of f32 that are computed in f64.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Elements i, i + 1... of an operand of T, as f64.
template <class T, class D, class Operand>
HWY_INLINE hn::Vec<D> widened(D d, Operand operand, std::size_t i) {
  const auto values = operand.load(hn::Rebind<T, D>(), i);
  if constexpr (std::is_same_v<T, double>)
    return values;
  else
    return hn::PromoteTo(d, values);
}

/// DemoteTo of Highway's fallbacks makes infinity the largest number.
template <class T, class D>
HWY_INLINE void write_narrowed(D d, hn::Vec<D> values, T* to) {
  if constexpr (std::is_same_v<T, double>) {
    hn::StoreU(values, d, to);
  } else if constexpr ((HWY_TARGET & (HWY_EMU128 | HWY_SCALAR)) != 0) {
    double lanes[hn::MaxLanes(D())];
    hn::StoreU(values, d, lanes);
    std::copy_n(lanes, hn::Lanes(d), to);
  } else {
    const hn::Rebind<T, D> narrow;
    hn::StoreU(hn::DemoteTo(narrow, values), narrow, to);
  }
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
