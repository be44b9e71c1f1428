// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_POWER_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_POWER_INL_HPP
#undef DEFT_OPS_KERNELS_POWER_INL_HPP
#else
#define DEFT_OPS_KERNELS_POWER_INL_HPP
#endif

#include <hwy/highway.h>

// Powers with integer exponents up to 16 in magnitude: products alone, by squaring, of numbers in
// twice the precision of f64, as T. J. Dekker, "A floating-point technique for extending the
// available precision" (1971), has them, with fused multiply-adds for his splitting. So f64 powers
// are within 1 unit in the last place, those that are denormal or close to it 1.5, and f32 powers
// are rounded as if they were exact, but for ties. Without a fused multiply-add the low parts are
// lost, and f64 powers are within 20 units.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr unsigned largest_exponent = 16;

/// high + low
template <class V>
struct Twofold {
  V high;
  V low;
};

template <class V>
HWY_INLINE Twofold<V> product(Twofold<V> x, Twofold<V> y) {
  const V high = hn::Mul(x.high, y.high);
  const V lost = hn::MulSub(x.high, y.high, high);
  return {high, hn::MulAdd(x.high, y.low, hn::MulAdd(x.low, y.high, lost))};
}

/// Where a low part is no small number it stems from an infinite or vanishing high part.
template <class V>
HWY_INLINE V rounded(Twofold<V> x) {
  return hn::IfThenElse(hn::Lt(hn::Abs(x.low), hn::Abs(x.high)), hn::Add(x.high, x.low), x.high);
}

template <class D, class V>
HWY_INLINE Twofold<V> reciprocal(D d, V x) {
  const V one = hn::Set(d, 1);
  const V high = hn::Div(one, x);
  return {high, hn::Mul(high, hn::NegMulAdd(high, x, one))};
}

template <class Mask, class V>
HWY_INLINE Twofold<V> choose(Mask holds, Twofold<V> yes, Twofold<V> no) {
  return {hn::IfThenElse(holds, yes.high, no.high), hn::IfThenElse(holds, yes.low, no.low)};
}

/// Whether the exponents are integers up to 16 in magnitude; NaN is none.
template <class D, class V>
HWY_INLINE hn::Mask<D> are_small_integers(D d, V y) {
  return hn::And(hn::Le(hn::Abs(y), hn::Set(d, largest_exponent)), hn::Eq(hn::Round(y), y));
}

/// x^y with one y for all lanes.
template <class D, class V>
HWY_INLINE V small_power(D d, V x, int y) {
  const V zero = hn::Zero(d);
  Twofold<V> power{hn::Set(d, 1), zero};
  Twofold<V> square = y < 0 ? reciprocal(d, x) : Twofold<V>{x, zero};
  for (unsigned rest = static_cast<unsigned>(y < 0 ? -y : y); rest != 0;) {
    if ((rest & 1U) != 0) power = product(power, square);
    rest >>= 1U;
    if (rest != 0) square = product(square, square);
  }
  return rounded(power);
}

/// x^y with a y for each lane: the same products.
template <class D, class V>
HWY_INLINE V small_power(D d, V x, V y) {
  const V zero = hn::Zero(d);
  Twofold<V> power{hn::Set(d, 1), zero};
  Twofold<V> square = choose(hn::Lt(y, zero), reciprocal(d, x), Twofold<V>{x, zero});
  V rest = hn::Abs(y);
  for (unsigned bit = 1; bit <= largest_exponent; bit <<= 1U) {
    const V half = hn::Floor(hn::Mul(rest, hn::Set(d, 0.5)));
    const auto is_odd = hn::Ne(rest, hn::Add(half, half));
    power = choose(is_odd, product(power, square), power);
    square = product(square, square);
    rest = half;
  }
  return rounded(power);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
