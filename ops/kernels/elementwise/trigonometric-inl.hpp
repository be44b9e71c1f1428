// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_TRIGONOMETRIC_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_TRIGONOMETRIC_INL_HPP
#undef DEFT_OPS_KERNELS_TRIGONOMETRIC_INL_HPP
#else
#define DEFT_OPS_KERNELS_TRIGONOMETRIC_INL_HPP
#endif

#include <array>
#include <cstddef>

#include <hwy/highway.h>

#include "large_angle.hpp"
#include "steps-inl.hpp"

// sin, cos and tan, of f32 in f64. x is n pi/2 + r, |r| <= pi/4, where r is two numbers: by W. J.
// Cody and W. Waite's method, with fused multiply-adds, for |x| up to 2^30, and by integers for
// larger ones (large_angle.hpp), one after the other. Which of the two depends on x alone. Without
// a fused multiply-add the integers are for all |x| over 0.75.
//
// Errors, in units in the last place: 1 of f64 (without a fused multiply-add 1.5), 0.51 of f32.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Coefficients, lowest first, for |x| <= pi/4; minimax for the relative error of the function, by
/// Remez' algorithm, rounded.
template <class T>
struct TrigonometricSeries;

template <>
struct TrigonometricSeries<float> {
  /// (sin(x) - x) / x^3 of x^2, to 2^-37.5 of sin(x).
  static constexpr std::array sin{-0x1.5555554c72176p-3, 0x1.1111086a798e1p-7,
                                  -0x1.a00f7f303dc35p-13, 0x1.6cd1f2d8120f7p-19};
  /// (cos(x) - 1 + x^2 / 2) / x^4 of x^2, to 2^-33 of cos(x).
  static constexpr std::array cos{0x1.55554a11614b9p-5, -0x1.6c0c33af32eb7p-10,
                                  0x1.99eb9e815daf6p-16};
};

template <>
struct TrigonometricSeries<double> {
  /// To 2^-57.9.
  static constexpr std::array sin{-0x1.5555555555548p-3,  0x1.111111110f7d0p-7,
                                  -0x1.a01a019bfdf23p-13, 0x1.71de3567d5378p-19,
                                  -0x1.ae5e5a927e587p-26, 0x1.5d8fd1d6c9623p-33};
  /// To 2^-64.
  static constexpr std::array cos{0x1.555555555554bp-5,  -0x1.6c16c16c14f92p-10,
                                  0x1.a01a019c845b3p-16, -0x1.27e4f7eacc51cp-22,
                                  0x1.1ee9d7b9618d3p-29, -0x1.8fa49c0903f96p-37};
};

/// n pi/2 + high + low, where n is an integer, added to `shift`, beside which numbers have no
/// fraction.
template <class V>
struct VectorAngle {
  static constexpr double shift = 0x1.8p52;

  V shifted;
  V high;
  V low;
};

/// 1. n = x 2/pi, rounded
/// 2. high = x - n half_pi[0], exact
/// 3. high - n half_pi[1], of which product and difference lose what goes into low with
///    n half_pi[2]; that low part is added, and what the sum loses remains
template <class D, class V = hn::Vec<D>>
HWY_INLINE VectorAngle<V> usual_angle(D d, V x) {
  constexpr double half_pi[] = {0x1.921fb54442d18p0, 0x1.1a62633145c07p-54,
                                -0x1.f1976b7ed8fbcp-110};
  const V shift = hn::Set(d, VectorAngle<V>::shift);
  const V shifted = hn::MulAdd(x, hn::Set(d, 0x1.45f306dc9c883p-1), shift);
  const V n = hn::Sub(shifted, shift);
  const V first = hn::NegMulAdd(n, hn::Set(d, half_pi[0]), x);
  const V product = hn::Mul(n, hn::Set(d, half_pi[1]));
  const V product_lost = hn::MulSub(n, hn::Set(d, half_pi[1]), product);
  const V second = hn::Sub(first, product);
  const V subtracted = hn::Sub(second, first);
  const V lost = hn::Sub(hn::Sub(first, hn::Sub(second, subtracted)), hn::Add(product, subtracted));
  const V low = hn::NegMulAdd(n, hn::Set(d, half_pi[2]), hn::Sub(lost, product_lost));
  const V high = hn::Add(second, low);
  return {shifted, high, hn::Sub(low, hn::Sub(high, second))};
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE VectorAngle<V> angle_of(D d, V x) {
  constexpr double usual = HWY_NATIVE_FMA != 0 ? 0x1p30 : 0.75;
  const VectorAngle<V> angle = usual_angle(d, x);
  if (hn::AllTrue(d, hn::Le(hn::Abs(x), hn::Set(d, usual)))) return angle;
  constexpr std::size_t lanes = hn::MaxLanes(D());
  double xs[lanes], shifted[lanes], high[lanes], low[lanes];
  hn::StoreU(x, d, xs);
  hn::StoreU(angle.shifted, d, shifted);
  hn::StoreU(angle.high, d, high);
  hn::StoreU(angle.low, d, low);
  for (std::size_t i = 0; i < lanes; ++i) {
    if (xs[i] <= usual && xs[i] >= -usual) continue;
    const Angle one = large_angle(xs[i]);
    shifted[i] = VectorAngle<V>::shift + one.quadrant;
    high[i] = one.high;
    low[i] = one.low;
  }
  return {hn::LoadU(d, shifted), hn::LoadU(d, high), hn::LoadU(d, low)};
}

/// z = high^2; high + (high z series(z) + low (1 - z/2))
template <class T, class D, class V = hn::Vec<D>>
HWY_INLINE TwoNumbers<VectorArithmetic<D>> sin_of(D d, const VectorAngle<V>& r) {
  const VectorArithmetic<D> a{d, {}};
  const V z = hn::Mul(r.high, r.high);
  const V series = polynomial(a, z, TrigonometricSeries<T>::sin);
  const V low = hn::NegMulAdd(hn::Mul(z, hn::Set(d, 0.5)), r.low, r.low);
  return exact_sum(a, r.high, hn::MulAdd(hn::Mul(r.high, z), series, low));
}

/// w = 1 - z/2; w + (z^2 series(z) + ((1 - w) - z/2) - high low)
template <class T, class D, class V = hn::Vec<D>>
HWY_INLINE TwoNumbers<VectorArithmetic<D>> cos_of(D d, const VectorAngle<V>& r) {
  const VectorArithmetic<D> a{d, {}};
  const V z = hn::Mul(r.high, r.high);
  const V series = polynomial(a, z, TrigonometricSeries<T>::cos);
  const auto w = exact_sum(a, hn::Set(d, 1), hn::Mul(z, hn::Set(d, -0.5)));
  const V low = hn::NegMulAdd(r.high, r.low, w.low);
  return exact_sum(a, w.high, hn::MulAdd(hn::Mul(z, z), series, low));
}

template <class D>
HWY_INLINE hn::Mask<D> is_odd(D d, hn::Vec<hn::RebindToUnsigned<D>> quarters) {
  const hn::RebindToUnsigned<D> words;
  return hn::RebindMask(d, hn::TestBit(quarters, hn::Set(words, 1)));
}

/// sin of an angle and a number of quarter turns. One makes cos x of sin x, two change the sign.
template <class T, class D, class V = hn::Vec<D>>
HWY_INLINE V turned_sin(D d, const VectorAngle<V>& r, hn::Vec<hn::RebindToUnsigned<D>> quarters) {
  const hn::RebindToUnsigned<D> words;
  const auto half_turn = hn::And(hn::ShiftLeft<62>(quarters), hn::BitCast(words, hn::SignBit(d)));
  const V result = hn::IfThenElse(is_odd(d, quarters), cos_of<T>(d, r).high, sin_of<T>(d, r).high);
  return hn::Xor(result, hn::BitCast(d, half_turn));
}

struct Sin {
  static constexpr bool is_linear = true;  // x for small x

  template <class T, class D, class V = hn::Vec<D>>
  static HWY_INLINE V of(D d, const VectorAngle<V>& r) {
    return turned_sin<T>(d, r, hn::BitCast(hn::RebindToUnsigned<D>(), r.shifted));
  }
};

/// sin a quarter turn further.
struct Cos {
  static constexpr bool is_linear = false;

  template <class T, class D, class V = hn::Vec<D>>
  static HWY_INLINE V of(D d, const VectorAngle<V>& r) {
    const hn::RebindToUnsigned<D> words;
    return turned_sin<T>(d, r, hn::Add(hn::BitCast(words, r.shifted), hn::Set(words, 1)));
  }
};

/// sin / cos, and -cos / sin after an odd number of quarter turns.
struct Tan {
  static constexpr bool is_linear = true;

  template <class T, class D, class V = hn::Vec<D>>
  static HWY_INLINE V of(D d, const VectorAngle<V>& r) {
    const auto odd = is_odd(d, hn::BitCast(hn::RebindToUnsigned<D>(), r.shifted));
    const auto sin = sin_of<T>(d, r);
    const auto cos = cos_of<T>(d, r);
    const V divisor = hn::IfThenElse(odd, sin.high, cos.high);
    const V divisor_low = hn::IfThenElse(odd, sin.low, cos.low);
    const V dividend = hn::IfThenElse(odd, hn::Neg(cos.high), sin.high);
    const V dividend_low = hn::IfThenElse(odd, hn::Neg(cos.low), sin.low);
    const VectorArithmetic<D> a{d, {}};
    return precise_quotient(a, {dividend, dividend_low}, {divisor, divisor_low});
  }
};

/// F of vectors of numbers of T.
template <class F, class T, class D, class V = hn::Vec<D>>
HWY_INLINE V trigonometric(D d, V x) {
  const V result = F::template of<T>(d, angle_of(d, x));
  if constexpr (F::is_linear)
    return hn::IfThenElse(hn::Lt(hn::Abs(x), hn::Set(d, 0x1p-27)), x, result);
  else
    return result;
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
