#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/select.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// Bytes 0 and 1 as a mask over wider elements.
template <class D>
HWY_INLINE hn::Mask<D> mask_of(D d, const std::uint8_t* conditions) {
  const hn::Rebind<std::uint8_t, D> bytes;
  const auto loaded = hn::LoadU(bytes, conditions);
  if constexpr (sizeof(hn::TFromD<D>) == 1) {
    return hn::Ne(loaded, hn::Zero(d));
  } else if constexpr (sizeof(hn::TFromD<D>) == 2) {
    return hn::Ne(hn::PromoteTo(d, loaded), hn::Zero(d));
  } else {
    const hn::Rebind<std::uint32_t, D> words;
    const auto wide = hn::PromoteTo(words, loaded);
    if constexpr (sizeof(hn::TFromD<D>) == 4)
      return hn::Ne(wide, hn::Zero(d));
    else
      return hn::Ne(hn::PromoteTo(d, wide), hn::Zero(d));
  }
}

struct Select {
  static constexpr ElementFacts facts{.name = "select", .takes = all_dtypes, .cheap = true};

  template <class A>
  static HWY_INLINE typename A::Number of(const A& a, typename A::Mask condition,
                                          typename A::Number x, typename A::Number y) {
    return a.select(condition, x, y);
  }
};

template <class T, class X, class Y>
HWY_INLINE void select(const std::uint8_t* conditions, X x, Y y, T* to, std::size_t count) {
  const hn::ScalableTag<T> d;
  const auto a = arithmetic_of<T>(d);
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    write(d, Select::of(a, mask_of(d, conditions + i), x.load(d, i), y.load(d, i)), to + i);
  const hn::CappedTag<T, 1> one;
  for (; i < count; ++i) to[i] = hn::GetLane(conditions[i] != 0 ? x.load(one, i) : y.load(one, i));
}

/// Only the bits of an element matter: T is an unsigned integer of its width.
template <class T>
void select_row_of(const Row& row) {
  const auto* conditions = row.input<std::uint8_t>(0);
  const T* x = row.input<T>(1);
  const T* y = row.input<T>(2);
  T* to = row.out<T>();
  if (row.repeats(0)) {
    const std::size_t taken = *conditions != 0 ? 1 : 2;
    const T* from = row.input<T>(taken);
    const std::size_t step = row.repeats(taken) ? 0 : 1;
    for (std::size_t i = 0; i < row.count; ++i) to[i] = from[i * step];
  } else if (row.repeats(1) && row.repeats(2)) {
    select(conditions, Repeated<T>{*x}, Repeated<T>{*y}, to, row.count);
  } else if (row.repeats(1)) {
    select(conditions, Repeated<T>{*x}, Sequence<T>{y}, to, row.count);
  } else if (row.repeats(2)) {
    select(conditions, Sequence<T>{x}, Repeated<T>{*y}, to, row.count);
  } else {
    select(conditions, Sequence<T>{x}, Sequence<T>{y}, to, row.count);
  }
}

RowFunction choose_select_row(DType dtype) {
  return visit_width(
      dtype, []<class T>(std::type_identity<T>) -> RowFunction { return select_row_of<T>; });
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_select_row);

namespace elements {

extern constexpr ElementFunction select = describe_element<HWY_NAMESPACE::Select>(
    [](DType, DType to) { return RowKernel(HWY_DYNAMIC_DISPATCH(choose_select_row)(to)); });

}  // namespace elements
}  // namespace deft
#endif
