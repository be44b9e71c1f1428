#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/power.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>
#include <type_traits>

#include "kernels/elementwise/functions.hpp"
#include "kernels/elementwise/power-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/widened-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// Computes as many elements as `d` has lanes, by the C library where an exponent requires it. The
/// result of an element depends on that element alone, not on its neighbours.
template <class T, class D, class X, class Y>
HWY_INLINE void power_vector(D d, X x, Y y, std::size_t i, T* to) {
  const hn::CappedTag<double, 1> single;
  const hn::CappedTag<T, 1> element;
  const auto exponents = widened<T>(d, y, i);
  if (hn::AllTrue(d, are_small_integers(d, exponents)))
    write_narrowed(d, small_power(d, widened<T>(d, x, i), exponents), to + i);
  else if constexpr (std::is_same_v<D, hn::CappedTag<double, 1>>)
    to[i] = std::pow(hn::GetLane(x.load(element, i)), hn::GetLane(y.load(element, i)));
  else
    for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane)
      power_vector(single, x, y, i + lane, to);
}

template <class T, class X, class Y>
HWY_INLINE void powers(T* to, std::size_t count, X x, Y y) {
  const hn::ScalableTag<double> d;
  const hn::CappedTag<double, 1> single;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) power_vector(d, x, y, i, to);
  for (; i < count; ++i) power_vector(single, x, y, i, to);
}

template <class T>
HWY_INLINE void powers(T* to, std::size_t count, const T* from, int exponent) {
  const hn::ScalableTag<double> d;
  const hn::CappedTag<double, 1> single;
  const Sequence<T> x{from};
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d))
    write_narrowed(d, small_power(d, widened<T>(d, x, i), exponent), to + i);
  for (; i < count; ++i)
    write_narrowed(single, small_power(single, widened<T>(single, x, i), exponent), to + i);
}

template <class T>
void power_row_of(const Row& row) {
  const T* x = row.input<T>(0);
  const T* y = row.input<T>(1);
  T* to = row.out<T>();
  if (row.repeats(0))
    powers(to, row.count, Repeated<T>{*x}, Sequence<T>{y});
  else if (!row.repeats(1))
    powers(to, row.count, Sequence<T>{x}, Sequence<T>{y});
  else if (std::abs(*y) <= largest_exponent && std::trunc(*y) == *y)
    powers(to, row.count, x, static_cast<int>(*y));
  else
    powers(to, row.count, Sequence<T>{x}, Repeated<T>{*y});
}

template <class T>
void single_power_of(const void*, const KernelArgs& args, std::int64_t, std::int64_t) {
  powers(args.output<T>(), 1, Sequence<T>{args.input<T>(0)}, Sequence<T>{args.input<T>(1)});
}

RowKernel choose_power_row(DType dtype) {
  return visit_floating(dtype, []<class T>(std::type_identity<T>) {
    return RowKernel(power_row_of<T>, single_power_of<T>);
  });
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_power_row);

namespace elements {

/// 0.4 ns for a square, 2 for small integers, else 6 to 14. The C library has no code to generate.
extern constexpr ElementFunction pow{
    .facts = {.name = "pow",
              .flops = 20,
              .nanoseconds = {.f32 = 2, .f64 = 2, .integer = 15},
              .fails = integer_dtypes},
    .arity = 2,
    .rows =
        [](DType from, DType) {
          return is_integer(from) ? integer_power(from)
                                  : HWY_DYNAMIC_DISPATCH(choose_power_row)(from);
        },
};

}  // namespace elements
}  // namespace deft
#endif
