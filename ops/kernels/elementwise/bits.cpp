#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/bits.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/rows-inl.hpp"

// Functions of bits, for which only the width of an element matters.

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

constexpr ElementFacts bits_facts(std::string_view name) {
  return {.name = name, .takes = bits_dtypes, .cheap = true};
}

struct BitwiseAnd {
  static constexpr ElementFacts facts = bits_facts("bitwise_and");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.from_bits(a.and_bits(a.bits(x), a.bits(y)));
  }
};

struct BitwiseOr {
  static constexpr ElementFacts facts = bits_facts("bitwise_or");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.from_bits(a.or_bits(a.bits(x), a.bits(y)));
  }
};

struct BitwiseXor {
  static constexpr ElementFacts facts = bits_facts("bitwise_xor");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.from_bits(a.xor_bits(a.bits(x), a.bits(y)));
  }
};

struct BitwiseNot {
  static constexpr ElementFacts facts = bits_facts("bitwise_not");

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Number x) {
    using Bits = typename A::WordType;
    return a.from_bits(a.xor_bits(a.bits(x), a.word(static_cast<Bits>(~Bits{0}))));
  }
};

/// The row function of F, of unsigned integers as wide as the elements.
template <class F>
RowKernel row_of_width(DType dtype) {
  return visit_width(dtype, []<class T>(std::type_identity<T>) -> RowKernel {
    if constexpr (detail::OperandsOf<F, std::int64_t>::one)
      return {unary_row<F, T>, single_unary<F, T>};
    else
      return {binary_row<F, T>, single_binary<F, T>};
  });
}

RowKernel bitwise_and_row(DType dtype) { return row_of_width<BitwiseAnd>(dtype); }
RowKernel bitwise_or_row(DType dtype) { return row_of_width<BitwiseOr>(dtype); }
RowKernel bitwise_xor_row(DType dtype) { return row_of_width<BitwiseXor>(dtype); }
RowKernel bitwise_not_row(DType dtype) { return row_of_width<BitwiseNot>(dtype); }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(bitwise_and_row);
HWY_EXPORT(bitwise_or_row);
HWY_EXPORT(bitwise_xor_row);
HWY_EXPORT(bitwise_not_row);

namespace elements {

extern constexpr ElementFunction bitwise_and = describe_element<HWY_NAMESPACE::BitwiseAnd>(
    [](DType from, DType) { return HWY_DYNAMIC_DISPATCH(bitwise_and_row)(from); });
extern constexpr ElementFunction bitwise_or = describe_element<HWY_NAMESPACE::BitwiseOr>(
    [](DType from, DType) { return HWY_DYNAMIC_DISPATCH(bitwise_or_row)(from); });
extern constexpr ElementFunction bitwise_xor = describe_element<HWY_NAMESPACE::BitwiseXor>(
    [](DType from, DType) { return HWY_DYNAMIC_DISPATCH(bitwise_xor_row)(from); });
extern constexpr ElementFunction bitwise_not = describe_element<HWY_NAMESPACE::BitwiseNot>(
    [](DType from, DType) { return HWY_DYNAMIC_DISPATCH(bitwise_not_row)(from); });

}  // namespace elements
}  // namespace deft
#endif
