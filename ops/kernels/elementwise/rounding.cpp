#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/rounding.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/steps-inl.hpp"

// Functions that make integers of floating numbers. Results of 0 have the sign of the operand.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

constexpr ElementFacts rounding(std::string_view name) {
  return {.name = name, .flops = 4, .cheap = true};
}

/// The integer next to |x|, halves to even, without a sign. From `whole` on no number has a
/// fraction, and so what is added to it loses its own.
template <class A>
HWY_INLINE typename A::Number nearest(const A& a, typename A::Number x) {
  using Number = typename A::Number;
  const Number whole = a.number(sizeof(typename A::Type) == 4 ? 0x1p23 : 0x1p52);
  const Number magnitude = a.abs(x);
  const Number rounded = a.sub(a.add(magnitude, whole), whole);
  return a.select(a.less(magnitude, whole), rounded, magnitude);
}

template <class A>
constexpr bool of_integers = std::is_integral_v<typename A::Type>;

struct Floor {
  static constexpr ElementFacts facts = rounding("floor");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    if constexpr (of_integers<A>) {
      return x;
    } else {
      using Number = typename A::Number;
      const Number rounded = with_sign_of(a, nearest(a, x), x);
      const Number below = a.sub(rounded, a.number(1));
      return a.select(a.greater(rounded, x), below, rounded);
    }
  }
};

struct Ceil {
  static constexpr ElementFacts facts = rounding("ceil");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    if constexpr (of_integers<A>) {
      return x;
    } else {
      using Number = typename A::Number;
      const Number rounded = with_sign_of(a, nearest(a, x), x);
      const Number above = a.add(rounded, a.number(1));
      return with_sign_of(a, a.select(a.less(rounded, x), above, rounded), x);
    }
  }
};

struct Round {
  static constexpr ElementFacts facts = rounding("round");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    if constexpr (of_integers<A>)
      return x;
    else
      return with_sign_of(a, nearest(a, x), x);
  }
};

struct Trunc {
  static constexpr ElementFacts facts = rounding("trunc");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    if constexpr (of_integers<A>) {
      return x;
    } else {
      using Number = typename A::Number;
      const Number rounded = nearest(a, x);
      const Number below = a.sub(rounded, a.number(1));
      const Number toward_zero = a.select(a.greater(rounded, a.abs(x)), below, rounded);
      return with_sign_of(a, toward_zero, x);
    }
  }
};

using RoundingFunctions = ElementFunctions<Floor, Ceil, Round, Trunc>;

RowKernel choose_rounding_row(std::size_t number, DType dtype) {
  return RoundingFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_rounding_row);

namespace {

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) {
    return HWY_DYNAMIC_DISPATCH(choose_rounding_row)(
        HWY_NAMESPACE::RoundingFunctions::number_of<F>(), from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction floor = described<HWY_NAMESPACE::Floor>();
extern constexpr ElementFunction ceil = described<HWY_NAMESPACE::Ceil>();
extern constexpr ElementFunction round = described<HWY_NAMESPACE::Round>();
extern constexpr ElementFunction trunc = described<HWY_NAMESPACE::Trunc>();

}  // namespace elements
}  // namespace deft
#endif
