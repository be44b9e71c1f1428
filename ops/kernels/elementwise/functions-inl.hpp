// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_FUNCTIONS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_FUNCTIONS_INL_HPP
#undef DEFT_OPS_KERNELS_FUNCTIONS_INL_HPP
#else
#define DEFT_OPS_KERNELS_FUNCTIONS_INL_HPP
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The element functions that are an instruction or a few.

struct Neg {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Neg(x);
  }
};

struct Square {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Mul(x, x);
  }
};

struct Abs {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Abs(x);
  }
};

struct Add {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Add(x, y);
  }
};

struct Sub {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Sub(x, y);
  }
};

struct Mul {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Mul(x, y);
  }
};

struct Div {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Div(x, y);
  }
};

/// NaN if either is NaN; x if they are equal.
struct Maximum {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::IfThenElse(hn::Or(hn::Lt(x, y), hn::Not(hn::Eq(y, y))), y, x);
  }
};

struct Minimum {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::IfThenElse(hn::Or(hn::Lt(y, x), hn::Not(hn::Eq(y, y))), y, x);
  }
};

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
