#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/comparison.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/functions.hpp"
#include "kernels/elementwise/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// The facts of a comparison.
constexpr ElementFacts comparison(std::string_view name, DTypes takes = ordered_dtypes) {
  return {.name = name, .takes = takes, .gives = ElementFacts::Result::boolean, .cheap = true};
}

struct Equal {
  static constexpr ElementFacts facts = comparison("equal", all_dtypes);

  template <class A>
  static HWY_INLINE typename A::Mask of(const A& a, typename A::Number x, typename A::Number y) {
    return a.equal(x, y);
  }
};

struct NotEqual {
  static constexpr ElementFacts facts = comparison("not_equal", all_dtypes);

  template <class A>
  static HWY_INLINE typename A::Mask of(const A& a, typename A::Number x, typename A::Number y) {
    return a.not_equal(x, y);
  }
};

struct Less {
  static constexpr ElementFacts facts = comparison("less");

  template <class A>
  static HWY_INLINE typename A::Mask of(const A& a, typename A::Number x, typename A::Number y) {
    return a.less(x, y);
  }
};

struct LessEqual {
  static constexpr ElementFacts facts = comparison("less_equal");

  template <class A>
  static HWY_INLINE typename A::Mask of(const A& a, typename A::Number x, typename A::Number y) {
    return a.less_equal(x, y);
  }
};

struct Greater {
  static constexpr ElementFacts facts = comparison("greater");

  template <class A>
  static HWY_INLINE typename A::Mask of(const A& a, typename A::Number x, typename A::Number y) {
    return a.greater(x, y);
  }
};

struct GreaterEqual {
  static constexpr ElementFacts facts = comparison("greater_equal");

  template <class A>
  static HWY_INLINE typename A::Mask of(const A& a, typename A::Number x, typename A::Number y) {
    return a.greater_equal(x, y);
  }
};

using Comparisons = ElementFunctions<Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual>;

RowKernel choose_comparison_row(std::size_t number, DType dtype) {
  return Comparisons::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_comparison_row);

namespace {

template <class F, Comparison comparison>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) -> RowKernel {
    if (is_at_rest(from) && from != DType::u8) return comparison_row(comparison, from);
    return HWY_DYNAMIC_DISPATCH(choose_comparison_row)(HWY_NAMESPACE::Comparisons::number_of<F>(),
                                                       from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction equal = described<HWY_NAMESPACE::Equal, Comparison::equal>();
extern constexpr ElementFunction not_equal =
    described<HWY_NAMESPACE::NotEqual, Comparison::not_equal>();
extern constexpr ElementFunction less = described<HWY_NAMESPACE::Less, Comparison::less>();
extern constexpr ElementFunction less_equal =
    described<HWY_NAMESPACE::LessEqual, Comparison::less_equal>();
extern constexpr ElementFunction greater = described<HWY_NAMESPACE::Greater, Comparison::greater>();
extern constexpr ElementFunction greater_equal =
    described<HWY_NAMESPACE::GreaterEqual, Comparison::greater_equal>();

}  // namespace elements
}  // namespace deft
#endif
