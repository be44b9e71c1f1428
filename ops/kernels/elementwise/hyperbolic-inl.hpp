// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_HYPERBOLIC_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_HYPERBOLIC_INL_HPP
#undef DEFT_OPS_KERNELS_HYPERBOLIC_INL_HPP
#else
#define DEFT_OPS_KERNELS_HYPERBOLIC_INL_HPP
#endif

#include <numbers>

#include "exponential-inl.hpp"

// Exponentials and logarithms beside 1, and the hyperbolic functions, which are made of them. As
// exp and log each is one sequence of IEEE operations; errors are within 2 units in the last place.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

constexpr ElementFacts hyperbolic_facts(std::string_view name,
                                        ElementFacts::Nanoseconds nanoseconds) {
  return {.name = name, .takes = floating_dtypes, .flops = 40, .nanoseconds = nanoseconds};
}

/// Below it x + x^3 / 6 is x.
template <class A>
constexpr typename A::Type is_linear_below = sizeof(typename A::Type) == 4 ? 0x1p-13 : 0x1p-27;

/// (e^x - 1) 2^exponent for x from expm1_lowest on, but where e^x 2^exponent is infinite:
/// 1. s = 2^(n + exponent), and r as for exp; c = (rest - r) - n ln2_low, what r lacks
/// 2. tail = r^2 (series of e^r without 1 + r) + c
/// 3. base = s - 2^exponent; high = base + s r, of which s r is exact; lost = (base - high) + s r
/// 4. low = s tail + lost
template <class A>
HWY_INLINE TwoNumbers<A> scaled_expm1(const A& a, typename A::Number x, int exponent) {
  using Constants = ConstantsOf<A>;
  using Number = typename A::Number;
  const Reduced<A> of_x = reduced(a, x, Constants::bias + static_cast<typename A::Type>(exponent));
  const Number s = a.from_bits(a.template shift_left<Constants::mantissa_bits>(of_x.biased));
  const Number r = of_x.r;
  const Number ln2_low = a.number(Constants::ln2_low);
  const Number c = a.neg_mul_add(of_x.n, ln2_low, a.sub(of_x.rest, r));
  const Number tail = a.mul_add(a.mul(r, r), polynomial<2>(a, r, Constants::exp_series), c);
  const Number base = a.sub(s, a.number(exponent == -1 ? 0.5 : 0.25));
  const Number high = a.mul_add(s, r, base);
  const Number lost = a.mul_add(s, r, a.sub(base, high));
  return {high, a.mul_add(s, tail, lost)};
}

/// Twice (e^x - 1) / 2, which does not overflow before e^x - 1 does. Halves of denormals are not
/// exact, but they are x.
struct Expm1 {
  static constexpr ElementFacts facts = hyperbolic_facts("expm1", {.f32 = 0.6, .f64 = 1.8});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Constants = ConstantsOf<A>;
    using Number = typename A::Number;
    const Number below = a.at_most(x, a.number(Constants::exp_highest));
    const Number within = a.at_least(below, a.number(Constants::expm1_lowest));
    const TwoNumbers<A> parts = scaled_expm1(a, within, -1);
    const Number half = a.add(parts.high, parts.low);
    const auto is_small = a.less(a.abs(x), a.number(Constants::expm1_small));
    return a.select(is_small, x, a.add(half, half));
  }
};

/// log(1 + x + low), where `low` is small beside x: that of u = 1 + x, rounded, and what u lacks
/// divided by u.
template <class A>
HWY_INLINE typename A::Number log_of_sum(const A& a, typename A::Number x, typename A::Number low) {
  using Constants = ConstantsOf<A>;
  using Number = typename A::Number;
  const Number one = a.number(1);
  const Number u = a.add(one, x);
  const Number of_x = a.sub(u, one);
  const Number of_one = a.sub(u, of_x);
  const Number lost = a.add(a.sub(one, of_one), a.sub(x, of_x));
  const Normalized<A> m = normalized(a, u, a.number(Constants::integer_exponent + Constants::bias));
  const Number correction = a.div(a.add(lost, low), u);
  return with_limits(a, u, logarithm(a, m, a.add(log_tail(a, m.f), correction)));
}

struct Log1p {
  static constexpr ElementFacts facts = hyperbolic_facts("log1p", {.f32 = 0.9, .f64 = 2.1});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    return with_sign_of(a, log_of_sum(a, x, a.number(0)), x);
  }
};

/// (e^|x| - 1) / 2, infinite where sinh and cosh are.
template <class A>
HWY_INLINE TwoNumbers<A> half_expm1(const A& a, typename A::Number x) {
  const typename A::Number b = a.at_most(a.abs(x), a.number(ConstantsOf<A>::sinh_highest));
  const TwoNumbers<A> half = scaled_expm1(a, b, -2);
  const TwoNumbers<A> sum = exact_sum(a, half.high, half.low);
  return {a.add(sum.high, sum.high), a.add(sum.low, sum.low)};
}

/// With h = (e^|x| - 1) / 2 it is h + h / d, d = 2 h + 1:
/// 1. quotient = h (1 / d), and what that lacks, once more times 1 / d
/// 2. the sum, what it lost, and the low part l of h: l + l / d^2, taken as 2 l
/// Where h is large it is h: there the quotient is 1/2.
struct Sinh {
  static constexpr ElementFacts facts = hyperbolic_facts("sinh", {.f32 = 1.2, .f64 = 3.4});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const TwoNumbers<A> h = half_expm1(a, x);
    const Number one = a.number(1);
    const Number twice = a.add(h.high, h.high);
    const Number divisor = a.add(one, twice);
    const Number divisor_lost = a.sub(twice, a.sub(divisor, one));
    const Number reciprocal = a.div(one, divisor);
    const Number quotient = a.mul(h.high, reciprocal);
    const Number rest = a.neg_mul_add(quotient, divisor, h.high);
    const Number lacks = a.neg_mul_add(quotient, divisor_lost, rest);
    const TwoNumbers<A> sum = exact_sum(a, h.high, quotient);
    const Number low = a.add(sum.low, a.add(h.low, h.low));
    const Number precise = a.add(sum.high, a.mul_add(lacks, reciprocal, low));
    const auto is_finite = a.less(h.high, a.number(ConstantsOf<A>::integer_exponent));
    const Number magnitude = a.select(is_finite, precise, h.high);
    const auto is_small = a.less(a.abs(x), a.number(is_linear_below<A>));
    return a.select(is_small, x, with_sign_of(a, magnitude, x));
  }
};

/// With h = (e^|x| - 1) / 2 it is h + (1/2 + 1/2 / (2 h + 1)).
struct Cosh {
  static constexpr ElementFacts facts = hyperbolic_facts("cosh", {.f32 = 0.7, .f64 = 2.2});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const Number h = half_expm1(a, x).high;
    const Number half = a.number(0.5);
    const Number quotient = a.div(half, a.add(a.add(h, h), a.number(1)));
    return a.add(h, a.add(half, quotient));
  }
};

/// log(1 + y) for 1 + y = x + sqrt(x^2 + 1) or x + sqrt(x^2 - 1), and where x is large, log(2 x).
template <class A>
HWY_INLINE typename A::Number log_of_double(const A& a, typename A::Number x, TwoNumbers<A> y) {
  using Number = typename A::Number;
  const Number zero = a.number(0);
  const auto large = a.greater(x, a.number(ConstantsOf<A>::integer_exponent * 4));
  const Number result = log_of_sum(a, a.select(large, x, y.high), a.select(large, zero, y.low));
  return a.add(result, a.select(large, a.number(std::numbers::ln2), zero));
}

/// With b = |x|: log(b + sqrt(b^2 + 1)) as log(1 + b + b^2 / (sqrt(b^2 + 1) + 1)).
struct Asinh {
  static constexpr ElementFacts facts = hyperbolic_facts("asinh", {.f32 = 1.8, .f64 = 4.5});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const Number b = a.abs(x);
    const Number one = a.number(1);
    const Number root = a.sqrt(a.mul_add(b, b, one));
    const Number rest = a.div(a.mul(b, b), a.add(root, one));
    return with_sign_of(a, log_of_double(a, b, exact_sum(a, b, rest)), x);
  }
};

/// With t = x - 1: log(x + sqrt(x^2 - 1)) as log(1 + sqrt(t^2 + 2 t) + t).
struct Acosh {
  static constexpr ElementFacts facts = hyperbolic_facts("acosh", {.f32 = 1.4, .f64 = 3.5});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const Number one = a.number(1);
    const Number t = a.sub(x, one);
    const Number root = a.sqrt(a.mul_add(t, t, a.add(t, t)));
    const Number result = log_of_double(a, x, exact_sum(a, root, t));
    const Number none = a.number(std::numeric_limits<typename A::Type>::quiet_NaN());
    return a.select(a.less(x, one), none, result);
  }
};

/// With b = |x|: log(1 + 2 b / (1 - b)) / 2. The quotient is in two numbers, of which the second
/// one has what the first and 1 - b lack.
struct Atanh {
  static constexpr ElementFacts facts = hyperbolic_facts("atanh", {.f32 = 1.3, .f64 = 3.2});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const Number b = a.abs(x);
    const Number one = a.number(1);
    const Number dividend = a.add(b, b);
    const Number divisor = a.sub(one, b);
    const Number quotient = a.div(dividend, divisor);
    const Number divisor_lost = a.sub(a.sub(one, divisor), b);
    const Number rest = a.neg_mul_add(quotient, divisor, dividend);
    const Number low = a.div(a.neg_mul_add(quotient, divisor_lost, rest), divisor);
    const Number result = a.mul(a.number(0.5), log_of_sum(a, quotient, low));
    return with_sign_of(a, result, x);
  }
};

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
