// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_INVERSE_TRIGONOMETRIC_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_INVERSE_TRIGONOMETRIC_INL_HPP
#undef DEFT_OPS_KERNELS_INVERSE_TRIGONOMETRIC_INL_HPP
#else
#define DEFT_OPS_KERNELS_INVERSE_TRIGONOMETRIC_INL_HPP
#endif

#include <array>
#include <limits>

#include "steps-inl.hpp"
#include <deft/core/element_function.hpp>

// asin, acos, atan and atan2, each one sequence of IEEE operations. Errors are within 2 units in
// the last place.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

constexpr ElementFacts inverse_facts(std::string_view name, ElementFacts::Nanoseconds nanoseconds) {
  return {.name = name, .takes = floating_dtypes, .flops = 40, .nanoseconds = nanoseconds};
}

/// Coefficients stand lowest first; they are minimax for the relative error of the function, by
/// Remez' algorithm, rounded to T.
template <class T>
struct InverseConstants;

template <>
struct InverseConstants<float> {
  static constexpr float quarter_pi = 0x1.921fbp-1F;  // 21 bits: times 2 and 3 it is exact
  static constexpr float quarter_pi_low = 0x1.5110b4p-23F;
  static constexpr float half_overflow = 0x1p126F;
  static constexpr float tiny = 0x1p-64F;  // below it atan2 multiplies by `up`
  static constexpr float up = 0x1p30F;

  /// (asin(x) - x) / x^3 of x^2 for |x| <= 1/2, to 2^-31.8 of asin(x).
  static constexpr std::array asin_series{0x1.55554cp-3F, 0x1.33387cp-4F, 0x1.6caed4p-5F,
                                          0x1.049196p-5F, 0x1.d92028p-7F, 0x1.3355ap-5F};
  /// (atan(x) - x) / x^3 of x^2 for |x| <= tan(pi/8), to 2^-30.5 of atan(x).
  static constexpr std::array atan_series{-0x1.55554ap-2F, 0x1.999196p-3F, -0x1.23b52p-3F,
                                          0x1.b1ec1p-4F, -0x1.f1ed04p-5F};
};

template <>
struct InverseConstants<double> {
  static constexpr double quarter_pi = 0x1.921fb54442d18p-1;  // 50 bits
  static constexpr double quarter_pi_low = 0x1.1a62633145c07p-55;
  static constexpr double half_overflow = 0x1p1022;
  static constexpr double tiny = 0x1p-900;
  static constexpr double up = 0x1p60;

  /// To 2^-59.9.
  static constexpr std::array asin_series{
      0x1.5555555555577p-3, 0x1.333333332e103p-4, 0x1.6db6db721412bp-5, 0x1.f1c71a946e2fap-6,
      0x1.6e8bdeecd6434p-6, 0x1.1c49ef94f8477p-6, 0x1.ca1f9e4c44745p-7, 0x1.75850bb687461p-7,
      0x1.613f179f0c481p-7, 0x1.e5d1cbd888482p-9, 0x1.63a69db8b2212p-6, -0x1.580b058e1966bp-6,
      0x1.0b4abd1c08af5p-5};
  /// To 2^-59.4.
  static constexpr std::array atan_series{
      -0x1.555555555553dp-2, 0x1.99999999957ccp-3, -0x1.24924922aa485p-3, 0x1.c71c70e50c61bp-4,
      -0x1.745cf8c343370p-4, 0x1.3b111791fbfd2p-4, -0x1.10eba8a6b5737p-4, 0x1.df0e7e5f84bf7p-5,
      -0x1.9ccf77646e24ep-5, 0x1.37ce0e24b964bp-5, -0x1.255b1ac704c04p-6};
};

/// quarters pi/4 + x + x tail, where |x| is not above the first term unless that is 0:
/// 1. sum = quarters quarter_pi, exact, + x; lost = what sum lacks
/// 2. sum + ((x tail + quarters quarter_pi_low) + lost), of which the inner sum is fused
template <class A>
HWY_INLINE typename A::Number angle_sum(const A& a, typename A::Number quarters,
                                        typename A::Number x, typename A::Number tail) {
  using Constants = InverseConstants<typename A::Type>;
  using Number = typename A::Number;
  const Number base = a.mul(quarters, a.number(Constants::quarter_pi));
  const TwoNumbers<A> sum = exact_sum(a, base, x);
  const Number low = a.mul(quarters, a.number(Constants::quarter_pi_low));
  return a.add(sum.high, a.add(a.mul_add(x, tail, low), sum.low));
}

/// asin of `root` is root + root tail. Where |x| <= 1/2 `root` is |x|, else sqrt((1 - |x|) / 2),
/// and asin(|x|) is pi/2 - 2 asin(root).
template <class A>
struct AsinParts {
  typename A::Mask is_large;
  typename A::Number root;
  typename A::Number tail;
};

template <class A>
HWY_INLINE AsinParts<A> asin_parts(const A& a, typename A::Number x) {
  using Number = typename A::Number;
  const Number b = a.abs(x);
  const Number half = a.number(0.5);
  const auto is_large = a.greater(b, half);
  const Number square_of_large = a.neg_mul_add(b, half, half);
  const Number square = a.select(is_large, square_of_large, a.mul(b, b));
  const Number root = a.select(is_large, a.sqrt(square_of_large), b);
  const Number series = polynomial(a, square, InverseConstants<typename A::Type>::asin_series);
  return {is_large, root, a.mul(square, series)};
}

struct Asin {
  static constexpr ElementFacts facts = inverse_facts("asin", {.f32 = 0.5, .f64 = 1.5});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const AsinParts<A> parts = asin_parts(a, x);
    const Number minus_twice = a.mul(parts.root, a.number(-2));
    const Number term = a.select(parts.is_large, minus_twice, parts.root);
    const Number quarters = a.select(parts.is_large, a.number(2), a.number(0));
    return with_sign_of(a, angle_sum(a, quarters, term, parts.tail), x);
  }
};

/// pi/2 - asin(x): 2 asin(root) where x > 1/2, pi - 2 asin(root) where x < -1/2.
struct Acos {
  static constexpr ElementFacts facts = inverse_facts("acos", {.f32 = 0.6, .f64 = 1.6});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const AsinParts<A> parts = asin_parts(a, x);
    const Number zero = a.number(0);
    const Number twice = a.add(parts.root, parts.root);
    const auto is_negative = a.less(x, zero);
    const Number of_large = a.select(is_negative, a.neg(twice), twice);
    const Number term = a.select(parts.is_large, of_large, a.neg(x));
    const Number quarters_of_large = a.select(is_negative, a.number(4), zero);
    const Number quarters = a.select(parts.is_large, quarters_of_large, a.number(2));
    return angle_sum(a, quarters, term, parts.tail);
  }
};

/// atan(y / x) is quarters pi/4 + atan(term), for x and y without a sign: term is y / x up to
/// tan(pi/8), (y - x) / (y + x) up to tan(3 pi/8), and -x / y beyond.
template <class A>
struct AtanParts {
  typename A::Number quarters;
  typename A::Number term;
};

template <class A>
HWY_INLINE AtanParts<A> atan_parts(const A& a, typename A::Number y, typename A::Number x) {
  using Number = typename A::Number;
  const auto is_over_first = a.greater(y, a.mul(x, a.number(0x1.a827999fcef32p-2)));
  const auto is_over_second = a.greater(y, a.mul(x, a.number(0x1.3504f333f9de6p1)));
  const Number near_dividend = a.select(is_over_first, a.sub(y, x), y);
  const Number near_divisor = a.select(is_over_first, a.add(y, x), x);
  const Number near_quarters = a.select(is_over_first, a.number(1), a.number(0));
  const Number dividend = a.select(is_over_second, a.neg(x), near_dividend);
  const Number divisor = a.select(is_over_second, y, near_divisor);
  const Number quarters = a.select(is_over_second, a.number(2), near_quarters);
  return {quarters, a.div(dividend, divisor)};
}

template <class A>
HWY_INLINE typename A::Number atan_sum(const A& a, typename A::Number quarters,
                                       typename A::Number term) {
  using Number = typename A::Number;
  const Number z = a.mul(term, term);
  const Number series = polynomial(a, z, InverseConstants<typename A::Type>::atan_series);
  return angle_sum(a, quarters, term, a.mul(z, series));
}

struct Atan {
  static constexpr ElementFacts facts = inverse_facts("atan", {.f32 = 0.6, .f64 = 1.8});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    const AtanParts<A> parts = atan_parts(a, a.abs(x), a.number(1));
    return with_sign_of(a, atan_sum(a, parts.quarters, parts.term), x);
  }
};

/// 1. For the angle the greater of |y| and |x| is 1 where it is infinite, and the other one 0
///    unless it is infinite, too. Where both are 0, x is 1.
/// 2. Both are divided by 4 where their sum might overflow, and multiplied by a power of 2 where
///    products of them would be denormal.
/// 3. Where x is negative, -0 among it, the angle is pi less that of |x|.
struct Atan2 {
  static constexpr ElementFacts facts = inverse_facts("atan2", {.f32 = 1.2, .f64 = 3});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number y, typename A::Number x) {
    using Number = typename A::Number;
    const Number zero = a.number(0);
    const Number one = a.number(1);
    const Number infinity = a.number(std::numeric_limits<typename A::Type>::infinity());
    const Number finite_y = a.abs(y);
    const Number finite_x = a.abs(x);
    const Number most = a.maximum(finite_y, finite_x);
    const auto is_infinite = a.equal(most, infinity);
    const Number limit_y = a.select(a.equal(finite_y, infinity), one, zero);
    const Number limit_x = a.select(a.equal(finite_x, infinity), one, zero);
    const Number some_x = a.select(a.equal(most, zero), one, finite_x);
    const auto is_huge =
        a.greater(most, a.number(InverseConstants<typename A::Type>::half_overflow));
    const auto is_tiny = a.less(most, a.number(InverseConstants<typename A::Type>::tiny));
    const Number up = a.select(is_tiny, a.number(InverseConstants<typename A::Type>::up), one);
    const Number factor = a.select(is_huge, a.number(0.25), up);
    const Number down = a.mul(a.select(is_infinite, limit_y, finite_y), factor);
    const Number along = a.mul(a.select(is_infinite, limit_x, some_x), factor);

    const AtanParts<A> parts = atan_parts(a, down, along);
    const auto is_behind = a.less(with_sign_of(a, one, x), zero);
    const Number from_behind = a.sub(a.number(4), parts.quarters);
    const Number quarters = a.select(is_behind, from_behind, parts.quarters);
    const Number term = a.select(is_behind, a.neg(parts.term), parts.term);
    return with_sign_of(a, atan_sum(a, quarters, term), y);
  }
};

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
