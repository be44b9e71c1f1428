#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/trigonometric.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/large_angle.hpp"
#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/trigonometric-inl.hpp"
#include "kernels/elementwise/widened-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

template <class F, class T>
void trigonometric_row(const Row& row) {
  const Sequence<T> x{row.input<T>(0)};
  T* to = row.out<T>();
  const hn::ScalableTag<double> d;
  const hn::CappedTag<double, 1> single;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= row.count; i += hn::Lanes(d))
    write_narrowed(d, trigonometric<F, T>(d, widened<T>(d, x, i)), to + i);
  for (; i < row.count; ++i)
    write_narrowed(single, trigonometric<F, T>(single, widened<T>(single, x, i)), to + i);
}

template <class F>
RowFunction trigonometric_row_of(DType dtype) {
  return visit_floating(
      dtype, []<class T>(std::type_identity<T>) -> RowFunction { return trigonometric_row<F, T>; });
}

RowFunction sin_row(DType dtype) { return trigonometric_row_of<Sin>(dtype); }
RowFunction cos_row(DType dtype) { return trigonometric_row_of<Cos>(dtype); }
RowFunction tan_row(DType dtype) { return trigonometric_row_of<Tan>(dtype); }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(sin_row);
HWY_EXPORT(cos_row);
HWY_EXPORT(tan_row);

namespace {

/// Large operands take 15 ns each. There is no code to generate for them.
constexpr ElementFunction trigonometric_function(std::string_view name,
                                                 ElementFacts::Nanoseconds nanoseconds,
                                                 ElementFunction::Rows rows) {
  return {
      .facts = {.name = name, .takes = floating_dtypes, .flops = 40, .nanoseconds = nanoseconds},
      .rows = rows};
}

}  // namespace

namespace elements {

extern constexpr ElementFunction sin = trigonometric_function(
    "sin", {.f32 = 2.1, .f64 = 2.3},
    [](DType from, DType) { return RowKernel(HWY_DYNAMIC_DISPATCH(sin_row)(from)); });
extern constexpr ElementFunction cos = trigonometric_function(
    "cos", {.f32 = 2.3, .f64 = 2.4},
    [](DType from, DType) { return RowKernel(HWY_DYNAMIC_DISPATCH(cos_row)(from)); });
extern constexpr ElementFunction tan = trigonometric_function(
    "tan", {.f32 = 3.8, .f64 = 3.8},
    [](DType from, DType) { return RowKernel(HWY_DYNAMIC_DISPATCH(tan_row)(from)); });

}  // namespace elements
}  // namespace deft
#endif
