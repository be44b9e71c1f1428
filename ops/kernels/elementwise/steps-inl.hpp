// Included once per instruction set, hence no #pragma once.
#if defined(DEFT_OPS_KERNELS_STEPS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DEFT_OPS_KERNELS_STEPS_INL_HPP
#undef DEFT_OPS_KERNELS_STEPS_INL_HPP
#else
#define DEFT_OPS_KERNELS_STEPS_INL_HPP
#endif

#include <cstddef>
#include <tuple>

#include "arithmetic-inl.hpp"

// Steps that element functions share.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// c[first] + x (c[first + 1] + x (c[first + 2] + ...)), from the inside, by one multiply-add each.
template <std::size_t first = 0, class A, class Coefficients>
HWY_INLINE typename A::Number polynomial(const A& a, typename A::Number x, const Coefficients& c) {
  if constexpr (first + 1 == std::tuple_size_v<Coefficients>) {
    return a.number(c[first]);
  } else {
    const typename A::Number inner = polynomial<first + 1>(a, x, c);
    return a.mul_add(inner, x, a.number(c[first]));
  }
}

template <class A>
constexpr typename A::WordType sign_bit =
    typename A::WordType{1} << (8 * sizeof(typename A::Type) - 1);

/// `value` with the sign of x; it has that or none.
template <class A>
HWY_INLINE typename A::Number with_sign_of(const A& a, typename A::Number value,
                                           typename A::Number x) {
  const typename A::Word sign = a.and_bits(a.bits(x), a.word(sign_bit<A>));
  return a.from_bits(a.or_bits(a.bits(value), sign));
}

/// high + low
template <class A>
struct TwoNumbers {
  typename A::Number high;
  typename A::Number low;
};

/// x + y, where |x| >= |y| or x = 0, and what the rounded sum lacks.
template <class A>
HWY_INLINE TwoNumbers<A> exact_sum(const A& a, typename A::Number x, typename A::Number y) {
  const typename A::Number sum = a.add(x, y);
  return {sum, a.add(a.sub(x, sum), y)};
}

/// x / y, rounded, by a reciprocal; what the quotient lacks is once more times that.
template <class A>
HWY_INLINE typename A::Number precise_quotient(const A& a, TwoNumbers<A> x, TwoNumbers<A> y) {
  using Number = typename A::Number;
  const Number reciprocal = a.div(a.number(1), y.high);
  const Number quotient = a.mul(x.high, reciprocal);
  const Number rest = a.neg_mul_add(quotient, y.high, x.high);
  const Number lacks = a.add(a.neg_mul_add(quotient, y.low, rest), x.low);
  return a.mul_add(lacks, reciprocal, quotient);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
