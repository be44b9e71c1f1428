#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/binary.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/functions.hpp"
#include "kernels/elementwise/rows-inl.hpp"

// Functions of two operands, of the same dtype as their result.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

struct Add {
  static constexpr ElementFacts facts{.name = "add", .cheap = true, .algebra = Algebra::sum};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.add(x, y);
  }
};

struct Sub {
  static constexpr ElementFacts facts{.name = "sub", .cheap = true, .algebra = Algebra::difference};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.sub(x, y);
  }
};

struct Mul {
  static constexpr ElementFacts facts{.name = "mul", .cheap = true, .algebra = Algebra::product};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.mul(x, y);
  }
};

struct Div {
  static constexpr ElementFacts facts{.name = "div",
                                      .nanoseconds = {.integer = 5},
                                      .fails = integer_dtypes,
                                      .algebra = Algebra::quotient};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.div(x, y);
  }
};

struct Maximum {
  static constexpr ElementFacts facts{.name = "maximum", .cheap = true};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.maximum(x, y);
  }
};

struct Minimum {
  static constexpr ElementFacts facts{.name = "minimum", .cheap = true};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.minimum(x, y);
  }
};

using BinaryFunctions = ElementFunctions<Add, Sub, Mul, Div, Maximum, Minimum>;

RowKernel choose_binary_row(std::size_t number, DType dtype) {
  return BinaryFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_binary_row);

namespace {

template <class F>
RowKernel rows(DType from, DType) {
  return HWY_DYNAMIC_DISPATCH(choose_binary_row)(HWY_NAMESPACE::BinaryFunctions::number_of<F>(),
                                                 from);
}

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>(rows<F>);
}

RowKernel quotient_rows(DType from, DType to) {
  return is_integer(from) ? integer_quotient(from) : rows<HWY_NAMESPACE::Div>(from, to);
}

}  // namespace

namespace elements {

extern constexpr ElementFunction add = described<HWY_NAMESPACE::Add>();
extern constexpr ElementFunction sub = described<HWY_NAMESPACE::Sub>();
extern constexpr ElementFunction mul = described<HWY_NAMESPACE::Mul>();
extern constexpr ElementFunction div = describe_element<HWY_NAMESPACE::Div>(quotient_rows);
extern constexpr ElementFunction maximum = described<HWY_NAMESPACE::Maximum>();
extern constexpr ElementFunction minimum = described<HWY_NAMESPACE::Minimum>();

}  // namespace elements
}  // namespace deft
#endif
