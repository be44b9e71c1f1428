// Included once per instruction set by kernels (Highway's convention), so it has no #pragma once.
#if defined(DEFT_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_LANES_INL_HPP
#undef DEFT_LANES_INL_HPP
#else
#define DEFT_LANES_INL_HPP
#endif

#include <cstddef>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Op::take(lower half of the lanes, upper half) until `left` lanes are left.
template <class Op, std::size_t left, class D>
HWY_INLINE auto combine_lanes([[maybe_unused]] D d, hn::Vec<D> v) {
  if constexpr (hn::MaxLanes(d) <= left) {
    return v;
  } else {
#if HWY_TARGET != HWY_SCALAR  // which has one lane
    const hn::Half<D> half;
    return combine_lanes<Op, left>(half, Op::take(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
#endif
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace deft
HWY_AFTER_NAMESPACE();

#endif  // DEFT_LANES_INL_HPP
