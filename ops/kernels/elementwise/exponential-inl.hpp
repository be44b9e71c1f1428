// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP
#undef DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP
#else
#define DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP
#endif

#include <cstddef>
#include <limits>
#include <tuple>

#include <hwy/highway.h>

#include "exponential_constants.hpp"

// exp, log and tanh of vectors of f32 or f64. Each is one sequence of IEEE operations, without
// branches or tables, so that every width of vector, every instruction set with a fused
// multiply-add and generated code that repeats the sequence give the same bits. Errors, in units in
// the last place: exp and log 1, tanh 1.5. Without a fused multiply-add the bits are others, and
// exp and log are within 1.25.
//
// Arguments are reduced as by W. J. Cody and W. Waite, "Software manual for the elementary
// functions" (1980): ln(2) is the sum of two numbers, the first of them short. NaN takes no side of
// a comparison; each selection below is written so that NaN then stays.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
using ConstantsOf = ExponentialConstants<hn::TFromD<D>>;

/// c[0] + x (c[1] + x (c[2] + ...)), from the inside, by one multiply-add each.
template <std::size_t first = 0, class D, class V, class Coefficients>
HWY_INLINE V polynomial(D d, V x, const Coefficients& c) {
  if constexpr (first + 1 == std::tuple_size_v<Coefficients>)
    return hn::Set(d, c[first]);
  else
    return hn::MulAdd(polynomial<first + 1>(d, x, c), x, hn::Set(d, c[first]));
}

/// e^x = power 2^n. The lowest bits of `exponent` are those of n + offset.
template <class D>
struct Exponential {
  hn::Vec<D> power;
  hn::Vec<hn::RebindToUnsigned<D>> exponent;
};

/// 1. t = x log2(e) + shift, fused, where a number as large as `shift` has no fraction: t is
/// rounded
/// 2. n = t - shift
/// 3. r = x - n ln2_high - n ln2_low, two fused steps
/// 4. power = the series of e^r
template <class D, class V>
HWY_INLINE Exponential<D> exponential(D d, V x, hn::TFromD<D> offset) {
  using Constants = ConstantsOf<D>;
  const V shift = hn::Set(d, Constants::to_integer + offset);
  const V t = hn::MulAdd(x, hn::Set(d, Constants::log2_e), shift);
  const V n = hn::Sub(t, shift);
  V r = hn::NegMulAdd(n, hn::Set(d, Constants::ln2_high), x);
  r = hn::NegMulAdd(n, hn::Set(d, Constants::ln2_low), r);
  return {polynomial(d, r, Constants::exp_series), hn::BitCast(hn::RebindToUnsigned<D>(), t)};
}

/// 1. x = exp_highest where x is above, exp_lowest where it is below
/// 2. power, exponent = exponential(x) with n + 2 bias
/// 3. result = power 2^n. n does not fit an exponent where the result is denormal or infinite, so
/// 2^n
///    is (power * 2^h) * 2^(n - h), h = floor(n / 2), of which only the last product is rounded.
struct Exp {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using Constants = ConstantsOf<D>;
    constexpr int bits = Constants::mantissa_bits;
    const V highest = hn::Set(d, Constants::exp_highest);
    const V lowest = hn::Set(d, Constants::exp_lowest);
    x = hn::IfThenElse(hn::Gt(x, highest), highest, x);
    x = hn::IfThenElse(hn::Lt(x, lowest), lowest, x);
    const auto [power, exponent] = exponential(d, x, 2 * Constants::bias);
    const auto half = hn::ShiftRight<1>(exponent);
    const V first = hn::BitCast(d, hn::ShiftLeft<bits>(half));
    const V second = hn::BitCast(d, hn::ShiftLeft<bits>(hn::Sub(exponent, half)));
    return hn::Mul(hn::Mul(power, first), second);
  }
};

/// log(1 + f) - f. f32: f^2 * series(f). f64, whose series of f would be twice as long:
/// 1. s = f / (2 + f), z = s * s, half = f * f * 0.5; log(1 + f) is 2 atanh(s), and 2 s is
///    f - half + s half
/// 2. s (half + z * series(z)) - half
template <class D, class V>
HWY_INLINE V log_tail(D d, V f) {
  using Constants = ConstantsOf<D>;
  const V square = hn::Mul(f, f);
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(float)) {
    return hn::Mul(square, polynomial(d, f, Constants::log_series));
  } else {
    const V s = hn::Div(f, hn::Add(f, hn::Set(d, 2)));
    const V z = hn::Mul(s, s);
    const V half = hn::Mul(square, hn::Set(d, 0.5));
    return hn::MulSub(s, hn::MulAdd(z, polynomial(d, z, Constants::log_series), half), half);
  }
}

/// 1. where x is denormal: x = x * to_normal
/// 2. i = bits of x + (one - root_half), so that x = m 2^k, sqrt(1/2) <= m < sqrt(2), has
///    i >> mantissa_bits = k + bias
/// 3. k = number with the bits (i >> mantissa_bits | bits of integer_exponent)
///        - (integer_exponent + bias, of a denormal + log2(to_normal) too)
/// 4. f = number with the bits ((i & mantissa) + root_half) - 1
/// 5. tail = k ln2_low + log_tail(f), fused
/// 6. sum = k ln2_high + f, fused; tail = tail + (f - (sum - k ln2_high)), what sum lost; the inner
///    difference is fused
/// 7. result = sum + tail
/// 8. where not x < infinity: x; where x = 0: -infinity; where x < 0: NaN
struct Log {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    using Constants = ConstantsOf<D>;
    constexpr int bits = Constants::mantissa_bits;
    constexpr T offset = Constants::integer_exponent + Constants::bias;
    const hn::RebindToUnsigned<D> words;

    const auto denormal = hn::Lt(x, hn::Set(d, Constants::lowest_normal));
    const V scaled = hn::IfThenElse(denormal, hn::Mul(x, hn::Set(d, Constants::to_normal)), x);
    const auto i =
        hn::Add(hn::BitCast(words, scaled), hn::Set(words, Constants::one - Constants::root_half));
    const V biased =
        hn::Or(hn::BitCast(d, hn::ShiftRight<bits>(i)), hn::Set(d, Constants::integer_exponent));
    const V k =
        hn::Sub(biased, hn::IfThenElse(denormal, hn::Set(d, offset + bits), hn::Set(d, offset)));
    const auto m = hn::Add(hn::And(i, hn::Set(words, Constants::mantissa)),
                           hn::Set(words, Constants::root_half));
    const V f = hn::Sub(hn::BitCast(d, m), hn::Set(d, 1));

    const V ln2_high = hn::Set(d, Constants::ln2_high);
    const V tail = hn::MulAdd(k, hn::Set(d, Constants::ln2_low), log_tail(d, f));
    const V sum = hn::MulAdd(k, ln2_high, f);
    const V lost = hn::Sub(f, hn::NegMulAdd(k, ln2_high, sum));
    return with_limits(d, x, hn::Add(sum, hn::Add(tail, lost)));
  }

 private:
  template <class D, class V>
  static HWY_INLINE V with_limits(D d, V x, V result) {
    using Limits = std::numeric_limits<hn::TFromD<D>>;
    const V zero = hn::Zero(d);
    const V infinity = hn::Set(d, Limits::infinity());
    result = hn::IfThenElse(hn::Lt(x, infinity), result, x);
    result = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(infinity), result);
    return hn::IfThenElse(hn::Lt(x, zero), hn::Set(d, Limits::quiet_NaN()), result);
  }
};

/// 1. a = |x|
/// 2. z = a * a; small = a + (a * z) * series(z), fused
/// 3. b = tanh_highest where a is above, else a
/// 4. power, exponent = exponential(b + b) with n + bias; 2^n has the bits exponent <<
/// mantissa_bits
/// 5. large = 1 - 2 / (power 2^n + 1), of which the inner sum is fused
/// 6. result = small where a < tanh_small, else large; with the sign of x
struct Tanh {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using Constants = ConstantsOf<D>;
    const V one = hn::Set(d, 1);
    const V a = hn::Abs(x);
    const V z = hn::Mul(a, a);
    const V small = hn::MulAdd(hn::Mul(a, z), polynomial(d, z, Constants::tanh_series), a);

    const V highest = hn::Set(d, Constants::tanh_highest);
    const V b = hn::IfThenElse(hn::Gt(a, highest), highest, a);
    const auto [power, exponent] = exponential(d, hn::Add(b, b), Constants::bias);
    const V scale = hn::BitCast(d, hn::ShiftLeft<Constants::mantissa_bits>(exponent));
    const V large = hn::Sub(one, hn::Div(hn::Set(d, 2), hn::MulAdd(power, scale, one)));

    const auto is_small = hn::Lt(a, hn::Set(d, Constants::tanh_small));
    return hn::CopySignToAbs(hn::IfThenElse(is_small, small, large), x);
  }
};

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
