#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/logistic.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/hyperbolic-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"

// The logistic function and its integral: both of e = e^-|x|, which cannot overflow.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

template <class A>
HWY_INLINE typename A::Number exp_of_minus_abs(const A& a, typename A::Number x) {
  return Exp::of(a, a.neg(a.abs(x)));
}

/// 1 / (1 + e) where x is not negative, else e / (1 + e).
struct Sigmoid {
  static constexpr ElementFacts facts = exponential_facts("sigmoid");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const Number e = exp_of_minus_abs(a, x);
    const Number one = a.number(1);
    return a.div(a.select(a.less(x, a.number(0)), e, one), a.add(one, e));
  }
};

/// max(x, 0) + log(1 + e).
struct Softplus {
  static constexpr ElementFacts facts = hyperbolic_facts("softplus", {.f32 = 1, .f64 = 2.6});

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    const typename A::Number tail = log_of_sum(a, exp_of_minus_abs(a, x), a.number(0));
    return a.add(a.maximum(x, a.number(0)), tail);
  }
};

using LogisticFunctions = ElementFunctions<Sigmoid, Softplus>;

RowKernel choose_logistic_row(std::size_t number, DType dtype) {
  return LogisticFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_logistic_row);

namespace {

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) {
    return HWY_DYNAMIC_DISPATCH(choose_logistic_row)(
        HWY_NAMESPACE::LogisticFunctions::number_of<F>(), from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction sigmoid = described<HWY_NAMESPACE::Sigmoid>();
extern constexpr ElementFunction softplus = described<HWY_NAMESPACE::Softplus>();

}  // namespace elements
}  // namespace deft
#endif
