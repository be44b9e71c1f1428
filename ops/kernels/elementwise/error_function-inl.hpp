// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_ERROR_FUNCTION_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_ERROR_FUNCTION_INL_HPP
#undef DEFT_OPS_KERNELS_ERROR_FUNCTION_INL_HPP
#else
#define DEFT_OPS_KERNELS_ERROR_FUNCTION_INL_HPP
#endif

#include <array>
#include <cstdint>

#include "exponential-inl.hpp"

// erf and erfc, each one sequence of IEEE operations. (1 + 2 x) e^(x^2) erfc(x) is a smooth
// function of q = (x - k) / (x + k), as M. M. Shepherd and J. G. Laframboise, "Chebyshev
// approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity" (1981), have it. Errors are
// within 2 units in the last place.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// Coefficients stand lowest first; they are minimax by Remez' algorithm, rounded to T.
template <class T>
struct ErrorFunctionConstants;

template <>
struct ErrorFunctionConstants<float> {
  static constexpr std::uint32_t upper_half =
      0xfffff000;                               // of 24 digits: 12, whose square is exact
  static constexpr float erf_highest = 4;       // erf is 1 above
  static constexpr float erfc_highest = 10.5F;  // erfc is 0 above
  static constexpr float erfc_center = 2;       // k of erfc

  /// (erf(x) - x) / x of x^2 for |x| <= 3/4, to 2^-29.4 of erf(x).
  static constexpr std::array erf_series{0x1.06eba8p-3F,  -0x1.81273ap-2F, 0x1.ce2ac8p-4F,
                                         -0x1.b7a898p-6F, 0x1.4f2ca4p-8F,  -0x1.61df52p-11F};
  /// (1 + 2 x) e^(x^2) erfc(x) of q with k = 2, for x >= 3/4, to 2^-29.5 in erfc(x).
  static constexpr std::array rest_series{0x1.46e812p0F, -0x1.7bf7f6p-4F, -0x1.5446bep-3F,
                                          0x1.4d8f3p-3F, -0x1.e4d844p-5F, -0x1.27c646p-6F};
  /// The same with k = erfc_center, to 2^-28.8 of erfc(x).
  static constexpr std::array erfc_series{0x1.46e80ep0F,  -0x1.7bf5e2p-4F, -0x1.540798p-3F,
                                          0x1.4ff91ap-3F, -0x1.bc388p-5F,  -0x1.063e94p-7F,
                                          0x1.1f0d64p-7F, 0x1.1a0cb6p-10F, -0x1.84a4fp-10F};
};

template <>
struct ErrorFunctionConstants<double> {
  static constexpr std::uint64_t upper_half = 0xfffffffff8000000;  // of 53 digits: 26
  static constexpr double erf_highest = 6;
  static constexpr double erfc_highest = 28;
  static constexpr double erfc_center = 3;

  /// To 2^-60.2 of erf(x).
  static constexpr std::array erf_series{
      0x1.06eba8214db69p-3,  -0x1.812746b0379ep-2,   0x1.ce2f21a04247p-4,   -0x1.b82ce312556c1p-6,
      0x1.565bcd0311752p-8,  -0x1.c02db110bcec3p-11, 0x1.f9a2ad7734fdap-14, -0x1.f4c5b3796639bp-17,
      0x1.b90cc4657a04cp-20, -0x1.5641e075772bcp-23, 0x1.89e43eda95ba7p-27};
  /// To 2^-58 in erfc(x).
  static constexpr std::array rest_series{
      0x1.46e80e2277956p0,    -0x1.7bf5ec1700431p-4,  -0x1.5407bebf37e5dp-3, 0x1.4ffa1e148d70fp-3,
      -0x1.bc2b955d2bbcbp-5,  -0x1.07423160ec129p-7,  0x1.1dd2f84a63b6p-7,   0x1.4d4493cda0413p-10,
      -0x1.7df6f44c780fap-10, -0x1.dd1ab94cfa5f5p-12, 0x1.b359dc5571e4p-13,  0x1.5373a0d4d139bp-13,
      0x1.a398a6e1b94abp-16,  -0x1.8564bc2b11fd7p-18};
  /// To 2^-61.7 of erfc(x).
  static constexpr std::array erfc_series{
      0x1.40c522d7e4987p0,   -0x1.15c084bb9e8f3p-3,  -0x1.85a15c58aa62p-5,   0x1.098366a5b46f6p-3,
      -0x1.e88b803a486e9p-4, 0x1.17ca2877ef96p-4,    -0x1.8574c40c285cfp-6,  0x1.4b884e48f9da7p-9,
      0x1.ef1bdd9a68bc3p-10, -0x1.98db52351d7c7p-11, -0x1.b9129f94864f9p-14, 0x1.065a5fe545f7ep-13,
      0x1.4c3209d7b69fbp-18, -0x1.51427b26516c6p-16, -0x1.897e2b8c9ea05p-21, 0x1.d2d30ce11071ap-19,
      0x1.7febbbc649c81p-22, -0x1.517b5b1904838p-21, -0x1.2638cb6411866p-23, 0x1.f0ed0c72e3b93p-24,
      0x1.08755a0a769b7p-25, -0x1.4eb02b498dd3bp-26};
};

/// e^(-x^2) = e^r 2^n; `low` is what r lacks. The lowest bits of `biased` are those of n and twice
/// the bias. For x >= 0:
/// 1. x^2 = upper^2 + (x + upper) (x - upper), the first of which is exact
/// 2. n = -x^2 log2(e), rounded as for exp
/// 3. rest = -upper^2 - n ln2_high, exact
/// 4. r = rest - (n ln2_low + the second); low = (rest - r) - (n ln2_low + the second)
template <class A>
struct Gaussian {
  typename A::Number r;
  typename A::Number low;
  typename A::Number n;
  typename A::Word biased;
};

template <class A>
HWY_INLINE Gaussian<A> gaussian(const A& a, typename A::Number x) {
  using Constants = ConstantsOf<A>;
  using Number = typename A::Number;
  const auto mask = a.word(ErrorFunctionConstants<typename A::Type>::upper_half);
  const Number upper = a.from_bits(a.and_bits(a.bits(x), mask));
  const Number second = a.mul(a.add(x, upper), a.sub(x, upper));
  const Number shift = a.number(Constants::to_integer + 2 * Constants::bias);
  const Number t = a.neg_mul_add(a.mul(x, x), a.number(Constants::log2_e), shift);
  const Number n = a.sub(t, shift);
  const Number first = a.neg(a.mul(upper, upper));
  const Number rest = a.neg_mul_add(n, a.number(Constants::ln2_high), first);
  const Number small = a.mul_add(n, a.number(Constants::ln2_low), second);
  const Number r = a.sub(rest, small);
  return {r, a.sub(a.sub(rest, r), small), n, a.bits(t)};
}

/// erf(x) - x for |x| <= 3/4.
template <class A>
HWY_INLINE typename A::Number small_erf_tail(const A& a, typename A::Number x) {
  using Constants = ErrorFunctionConstants<typename A::Type>;
  return a.mul(x, polynomial(a, a.mul(x, x), Constants::erf_series));
}

template <class A>
HWY_INLINE typename A::Mask is_small(const A& a, typename A::Number x) {
  return a.less(a.abs(x), a.number(0.75));
}

/// 1. small = x + small_erf_tail(x)
/// 2. c = erf_highest where |x| is above, else |x|; q = (c - 2) / (c + 2)
/// 3. rest = (series of e^r) rest_series(q) / (1 + 2 c), times 2^n; large = 1 - rest, with the sign
///    of x
struct Erf {
  static constexpr ElementFacts facts{.name = "erf",
                                      .takes = floating_dtypes,
                                      .flops = 40,
                                      .nanoseconds = {.f32 = 1.1, .f64 = 4.1}};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Constants = ErrorFunctionConstants<typename A::Type>;
    using Number = typename A::Number;
    const Number small = a.add(x, small_erf_tail(a, x));

    const Number c = a.at_most(a.abs(x), a.number(Constants::erf_highest));
    const Number two = a.number(2);
    const Number one = a.number(1);
    const Number q = a.div(a.sub(c, two), a.add(c, two));
    const Gaussian<A> e = gaussian(a, c);
    const Number power = polynomial(a, e.r, ConstantsOf<A>::exp_series);
    const Number series = polynomial(a, q, Constants::rest_series);
    const Number quotient = a.div(a.mul(power, series), a.mul_add(two, c, one));
    const Number large = a.sub(one, a.scale(quotient, e.n, e.biased));
    return a.select(is_small(a, x), small, with_sign_of(a, large, x));
  }
};

/// 1. small = 1 - x - small_erf_tail(x)
/// 2. large as for erf, with k = erfc_center and erfc_series; what sums and products of the largest
///    terms lose is added in the end. It is 2 less that of |x| where x is negative.
struct Erfc {
  static constexpr ElementFacts facts{.name = "erfc",
                                      .takes = floating_dtypes,
                                      .flops = 60,
                                      .nanoseconds = {.f32 = 2.2, .f64 = 7.2}};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const Number one = a.number(1);
    const TwoNumbers<A> without_x = exact_sum(a, one, a.neg(x));
    const Number small = a.add(without_x.high, a.sub(without_x.low, small_erf_tail(a, x)));
    const Number beyond = of_large(a, a.abs(x));
    const Number large = a.select(a.less(x, a.number(0)), a.sub(a.number(2), beyond), beyond);
    return a.select(is_small(a, x), small, large);
  }

 private:
  template <class A>
  static HWY_INLINE typename A::Number of_large(const A& a, typename A::Number x) {
    using Constants = ErrorFunctionConstants<typename A::Type>;
    using Number = typename A::Number;
    const Number one = a.number(1);
    const Number c = a.at_most(x, a.number(Constants::erfc_highest));
    const Gaussian<A> e = gaussian(a, c);
    const Number tail = polynomial<2>(a, e.r, ConstantsOf<A>::exp_series);
    const TwoNumbers<A> power = exact_sum(a, one, e.r);
    const Number power_low = a.add(a.mul_add(a.mul(e.r, e.r), tail, e.low), power.low);

    const Number k = a.number(Constants::erfc_center);
    const Number q = a.div(a.sub(c, k), a.add(c, k));
    const Number series = a.mul(q, polynomial<1>(a, q, Constants::erfc_series));
    const TwoNumbers<A> factor = exact_sum(a, a.number(Constants::erfc_series[0]), series);

    const Number product = a.mul(factor.high, power.high);
    const Number product_lost = a.mul_sub(factor.high, power.high, product);
    const Number of_power = a.mul_add(factor.high, power_low, product_lost);
    const Number product_low = a.mul_add(power.high, factor.low, of_power);
    const TwoNumbers<A> dividend = exact_sum(a, product, product_low);

    const TwoNumbers<A> divisor = exact_sum(a, a.add(c, c), one);
    return a.scale(precise_quotient(a, dividend, divisor), e.n, e.biased);
  }
};

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
