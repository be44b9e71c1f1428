#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/comparison.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

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

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) {
    return HWY_DYNAMIC_DISPATCH(choose_comparison_row)(HWY_NAMESPACE::Comparisons::number_of<F>(),
                                                       from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction equal = described<HWY_NAMESPACE::Equal>();
extern constexpr ElementFunction not_equal = described<HWY_NAMESPACE::NotEqual>();
extern constexpr ElementFunction less = described<HWY_NAMESPACE::Less>();
extern constexpr ElementFunction less_equal = described<HWY_NAMESPACE::LessEqual>();
extern constexpr ElementFunction greater = described<HWY_NAMESPACE::Greater>();
extern constexpr ElementFunction greater_equal = described<HWY_NAMESPACE::GreaterEqual>();

}  // namespace elements
}  // namespace deft
#endif
