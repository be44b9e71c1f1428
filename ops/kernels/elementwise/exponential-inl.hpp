// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP
#undef DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP
#else
#define DEFT_OPS_KERNELS_EXPONENTIAL_INL_HPP
#endif

#include <limits>

#include "exponential_constants.hpp"
#include "steps-inl.hpp"
#include <deft/core/element_function.hpp>

// exp, log and tanh of f32 or f64. Each is one sequence of IEEE operations, without branches or
// tables, so that every width of vector, every instruction set with a fused multiply-add and
// generated code give the same bits. Errors, in units in the last place: exp and log 1, tanh 1.5.
// Without a fused multiply-add the bits are others, and exp and log are within 1.25.
//
// Arguments are reduced as by W. J. Cody and W. Waite, "Software manual for the elementary
// functions" (1980): ln(2) is the sum of two numbers, the first of them short. NaN takes no side of
// a comparison; each selection below is written so that NaN then stays.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

constexpr ElementFacts exponential_facts(std::string_view name) {
  return {
      .name = name, .takes = floating_dtypes, .flops = 20, .nanoseconds = {.f32 = 0.3, .f64 = 0.8}};
}

template <class A>
using ConstantsOf = ExponentialConstants<typename A::Type>;

/// x = n ln(2) + r, and `rest` is x - n ln2_high. The lowest bits of `biased` are those of n +
/// bias.
template <class A>
struct Reduced {
  typename A::Number n;
  typename A::Number rest;
  typename A::Number r;
  typename A::Word biased;
};

/// 1. t = x log2(e) + shift, fused, where a number as large as `shift` has no fraction: t is
/// rounded
/// 2. n = t - shift
/// 3. rest = x - n ln2_high, r = rest - n ln2_low, two fused steps
template <class A>
HWY_INLINE Reduced<A> reduced(const A& a, typename A::Number x, typename A::Type bias) {
  using Constants = ConstantsOf<A>;
  using Number = typename A::Number;
  const Number shift = a.number(Constants::to_integer + bias);
  const Number log2_e = a.number(Constants::log2_e);
  const Number t = a.mul_add(x, log2_e, shift);
  const Number n = a.sub(t, shift);
  const Number ln2_high = a.number(Constants::ln2_high);
  const Number rest = a.neg_mul_add(n, ln2_high, x);
  const Number ln2_low = a.number(Constants::ln2_low);
  return {n, rest, a.neg_mul_add(n, ln2_low, rest), a.bits(t)};
}

/// e^x = power 2^n, where power is the series of e^r.
template <class A>
struct Exponential {
  typename A::Number power;
  typename A::Number n;
  typename A::Word biased;
};

template <class A>
HWY_INLINE Exponential<A> exponential(const A& a, typename A::Number x, typename A::Type bias) {
  const Reduced<A> of_x = reduced(a, x, bias);
  return {polynomial(a, of_x.r, ConstantsOf<A>::exp_series), of_x.n, of_x.biased};
}

/// 1. x = exp_highest where it is above, exp_lowest where it is below
/// 2. power 2^n = exponential(x)
struct Exp {
  static constexpr ElementFacts facts = exponential_facts("exp");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Constants = ConstantsOf<A>;
    const typename A::Number below = a.at_most(x, a.number(Constants::exp_highest));
    const typename A::Number within = a.at_least(below, a.number(Constants::exp_lowest));
    const Exponential<A> e = exponential(a, within, 2 * Constants::bias);
    return a.scale(e.power, e.n, e.biased);
  }
};

/// log(1 + f) - f. f32: f^2 * series(f). f64, whose series of f would be twice as long:
/// 1. s = f / (2 + f), z = s * s, half = f * f * 0.5; log(1 + f) is 2 atanh(s), and 2 s is
///    f - half + s half
/// 2. s (half + z * series(z)) - half
template <class A>
HWY_INLINE typename A::Number log_tail(const A& a, typename A::Number f) {
  using Constants = ConstantsOf<A>;
  using Number = typename A::Number;
  const Number square = a.mul(f, f);
  if constexpr (sizeof(typename A::Type) == sizeof(float)) {
    return a.mul(square, polynomial(a, f, Constants::log_series));
  } else {
    const Number s = a.div(f, a.add(f, a.number(2)));
    const Number z = a.mul(s, s);
    const Number half = a.mul(square, a.number(0.5));
    const Number series = polynomial(a, z, Constants::log_series);
    return a.mul_sub(s, a.mul_add(z, series, half), half);
  }
}

/// x = (1 + f) 2^k, where sqrt(1/2) <= 1 + f < sqrt(2).
template <class A>
struct Normalized {
  typename A::Number k;
  typename A::Number f;
};

/// Of a normal x:
/// 1. i = bits of x + (one - root_half), so that x = m 2^k, sqrt(1/2) <= m < sqrt(2), has
///    i >> mantissa_bits = k + bias
/// 2. k = number with the bits (i >> mantissa_bits | bits of integer_exponent)
///        - (integer_exponent + bias)
/// 3. f = number with the bits ((i & mantissa) + root_half) - 1
/// `offset` is integer_exponent + bias, and more where x has been multiplied by a power of 2.
template <class A>
HWY_INLINE Normalized<A> normalized(const A& a, typename A::Number x, typename A::Number offset) {
  using Constants = ConstantsOf<A>;
  using Word = typename A::Word;
  constexpr int bits = Constants::mantissa_bits;
  const Word i = a.add_bits(a.bits(x), a.word(Constants::one - Constants::root_half));
  const typename A::Number exponent = a.number(Constants::integer_exponent);
  const Word biased = a.or_bits(a.template shift_right<bits>(i), a.bits(exponent));
  const typename A::Number k = a.sub(a.from_bits(biased), offset);
  const Word root_half = a.word(Constants::root_half);
  const Word m = a.add_bits(a.and_bits(i, a.word(Constants::mantissa)), root_half);
  return {k, a.sub(a.from_bits(m), a.number(1))};
}

/// k ln(2) + f + small, where `small` is log_tail(f), or a little beside it:
/// 1. tail = k ln2_low + small, fused
/// 2. sum = k ln2_high + f, fused; tail = tail + (f - (sum - k ln2_high)), what sum lost; the inner
///    difference is fused
/// 3. sum + tail
template <class A>
HWY_INLINE typename A::Number logarithm(const A& a, Normalized<A> x, typename A::Number small) {
  using Constants = ConstantsOf<A>;
  using Number = typename A::Number;
  const Number ln2_high = a.number(Constants::ln2_high);
  const Number tail = a.mul_add(x.k, a.number(Constants::ln2_low), small);
  const Number sum = a.mul_add(x.k, ln2_high, x.f);
  const Number lost = a.sub(x.f, a.neg_mul_add(x.k, ln2_high, sum));
  return a.add(sum, a.add(tail, lost));
}

/// `result`, a logarithm of x, but where not x < infinity: x; where x = 0: -infinity; where x < 0:
/// NaN.
template <class A>
HWY_INLINE typename A::Number with_limits(const A& a, typename A::Number x,
                                          typename A::Number result) {
  using Limits = std::numeric_limits<typename A::Type>;
  using Number = typename A::Number;
  const Number finite = a.select(a.less(x, a.number(Limits::infinity())), result, x);
  const Number zero = a.number(0);
  const auto at_zero = a.equal(x, zero);
  const Number positive = a.select(at_zero, a.number(-Limits::infinity()), finite);
  const auto negative = a.less(x, zero);
  return a.select(negative, a.number(Limits::quiet_NaN()), positive);
}

/// Where x is denormal it is multiplied by to_normal, and k less by log2(to_normal).
struct Log {
  static constexpr ElementFacts facts = exponential_facts("log");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Constants = ConstantsOf<A>;
    using Number = typename A::Number;
    constexpr auto offset = Constants::integer_exponent + Constants::bias;
    const auto denormal = a.less(x, a.number(Constants::lowest_normal));
    const Number scaled = a.select(denormal, a.mul(x, a.number(Constants::to_normal)), x);
    const Number of_normal = a.number(offset);
    const Number of_denormal = a.number(offset + Constants::mantissa_bits);
    const Normalized<A> m = normalized(a, scaled, a.select(denormal, of_denormal, of_normal));
    return with_limits(a, x, logarithm(a, m, log_tail(a, m.f)));
  }
};

/// 1. b = |x|
/// 2. z = b * b; small = b + (b * z) * series(z), fused
/// 3. c = tanh_highest where b is above, else b
/// 4. power 2^n = exponential(c + c), of which 2^n has the bits biased << mantissa_bits
/// 5. large = 1 - 2 / (power 2^n + 1), of which the inner sum is fused
/// 6. result = small where b < tanh_small, else large; with the sign of x
struct Tanh {
  static constexpr ElementFacts facts = exponential_facts("tanh");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Constants = ConstantsOf<A>;
    using Number = typename A::Number;
    using Word = typename A::Word;
    const Number one = a.number(1);
    const Number b = a.abs(x);
    const Number z = a.mul(b, b);
    const Number series = polynomial(a, z, Constants::tanh_series);
    const Number small = a.mul_add(a.mul(b, z), series, b);

    const Number c = a.at_most(b, a.number(Constants::tanh_highest));
    const Exponential<A> e = exponential(a, a.add(c, c), Constants::bias);
    const Word power_of_two = a.template shift_left<Constants::mantissa_bits>(e.biased);
    const Number sum = a.mul_add(e.power, a.from_bits(power_of_two), one);
    const Number large = a.sub(one, a.div(a.number(2), sum));

    const auto is_small = a.less(b, a.number(Constants::tanh_small));
    return with_sign_of(a, a.select(is_small, small, large), x);
  }
};

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
