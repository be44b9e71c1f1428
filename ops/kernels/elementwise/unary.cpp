#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/unary.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/rows-inl.hpp"

// Functions of one operand that are an instruction or a few.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

struct Neg {
  static constexpr ElementFacts facts{.name = "neg", .cheap = true, .algebra = Algebra::negation};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    return a.neg(x);
  }
};

struct Square {
  static constexpr ElementFacts facts{.name = "square", .cheap = true};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    return a.mul(x, x);
  }
};

struct Abs {
  static constexpr ElementFacts facts{.name = "abs", .cheap = true};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    return a.abs(x);
  }
};

/// An element that is neither above, below nor at 0 is NaN and stays NaN.
struct Sign {
  static constexpr ElementFacts facts{.name = "sign", .cheap = true};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Number = typename A::Number;
    const Number zero = a.number(0);
    const Number at_zero = a.select(a.equal(x, zero), zero, x);
    const Number minus_one = a.number(-1);
    const Number below = a.select(a.less(x, zero), minus_one, at_zero);
    const Number one = a.number(1);
    return a.select(a.greater(x, zero), one, below);
  }
};

struct Sqrt {
  static constexpr ElementFacts facts{.name = "sqrt", .takes = floating_dtypes};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    return a.sqrt(x);
  }
};

struct Rsqrt {
  static constexpr ElementFacts facts{.name = "rsqrt", .takes = floating_dtypes};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    const typename A::Number root = a.sqrt(x);
    return a.div(a.number(1), root);
  }
};

using UnaryFunctions = ElementFunctions<Neg, Square, Abs, Sign, Sqrt, Rsqrt>;

RowKernel choose_unary_row(std::size_t number, DType dtype) {
  return UnaryFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_unary_row);

namespace {

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) {
    return HWY_DYNAMIC_DISPATCH(choose_unary_row)(HWY_NAMESPACE::UnaryFunctions::number_of<F>(),
                                                  from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction neg = described<HWY_NAMESPACE::Neg>();
extern constexpr ElementFunction square = described<HWY_NAMESPACE::Square>();
extern constexpr ElementFunction abs = described<HWY_NAMESPACE::Abs>();
extern constexpr ElementFunction sign = described<HWY_NAMESPACE::Sign>();
extern constexpr ElementFunction sqrt = described<HWY_NAMESPACE::Sqrt>();
extern constexpr ElementFunction rsqrt = described<HWY_NAMESPACE::Rsqrt>();

}  // namespace elements
}  // namespace deft
#endif
