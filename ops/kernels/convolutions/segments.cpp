#include "kernels/convolutions/segments.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/convolutions/segments.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// x[i * step] for the lanes from `i` on. With several lanes `step` is 1, or 2 if another element
/// follows in x.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_steps(D d, const T* x, std::int64_t step, std::int64_t i) {
  if (hn::Lanes(d) == 1 || step == 1) return hn::LoadU(d, x + i * step);
  hn::Vec<D> wanted;
  hn::Vec<D> between;
  hn::LoadInterleaved2(d, x + i * step, wanted, between);
  return wanted;
}

/// Adds `more` to x[i * step], likewise.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void add_steps(D d, hn::Vec<D> more, T* x, std::int64_t step, std::int64_t i) {
  T* const to = x + i * step;
  if (hn::Lanes(d) == 1 || step == 1) {
    hn::StoreU(hn::Add(hn::LoadU(d, to), more), d, to);
    return;
  }
  hn::Vec<D> wanted;
  hn::Vec<D> between;
  hn::LoadInterleaved2(d, to, wanted, between);
  hn::StoreInterleaved2(hn::Add(wanted, more), between, d, to);
}

// Of NaN, this Highway's Ne says no on some instruction sets: Eq is asked.

/// Where v takes the place of the extreme so far, `best`.
template <class V>
HWY_INLINE auto leads(V v, V best) {
  return hn::Or(hn::Gt(v, best), hn::AndNot(hn::Eq(v, v), hn::Eq(best, best)));
}

/// Where v may be the extreme `best`.
template <class V>
HWY_INLINE auto is_best(V v, V best) {
  return hn::Or(hn::Eq(v, best), hn::Not(hn::Or(hn::Eq(v, v), hn::Eq(best, best))));
}

template <class T>
struct Find {
  const T* x;
  std::int64_t step;
  T* best;

  template <class D>
  HWY_INLINE void operator()(D d, std::int64_t i) const {
    const auto v = load_steps(d, x, step, i);
    const auto b = hn::LoadU(d, best + i);
    hn::StoreU(hn::IfThenElse(leads(v, b), v, b), d, best + i);
  }
};

template <class T>
struct Scatter {
  const T* x;
  T* dx;
  std::int64_t step;
  const T* best;
  T* rest;

  template <class D>
  HWY_INLINE void operator()(D d, std::int64_t i) const {
    const auto v = load_steps(d, x, step, i);
    const auto b = hn::LoadU(d, best + i);
    const auto r = hn::LoadU(d, rest + i);
    const auto takes = is_best(v, b);
    hn::StoreU(hn::IfThenZeroElse(takes, r), d, rest + i);
    add_steps(d, hn::IfThenElseZero(takes, r), dx, step, i);
  }
};

/// One window, some of its inner elements at a time.
template <class T>
struct ScatterApart {
  const T* x;
  const T* dy;
  T* dx;
  std::span<const std::int64_t> taps;
  std::int64_t step = 1;

  template <class D>
  HWY_INLINE void operator()(D d, std::int64_t i) const {
    auto best = hn::LoadU(d, x + i);
    for (const std::int64_t tap : taps.subspan(1)) {
      const auto v = hn::LoadU(d, x + tap + i);
      best = hn::IfThenElse(leads(v, best), v, best);
    }
    auto rest = hn::LoadU(d, dy + i);
    for (const std::int64_t tap : taps) {
      const auto takes = is_best(hn::LoadU(d, x + tap + i), best);
      // A sum as elsewhere, so that -0 becomes 0.
      hn::StoreU(hn::Add(hn::Zero(d), hn::IfThenElseZero(takes, rest)), d, dx + tap + i);
      rest = hn::IfThenZeroElse(takes, rest);
    }
  }
};

/// Calls body(d, i) from element `i` on while there are enough for all lanes; returns the next.
template <class D, class Body>
HWY_INLINE std::int64_t visit_lanes(D d, const Body& body, std::int64_t i, std::int64_t length) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t last = length - lanes - (body.step == 1 ? 0 : 1);
  for (; i <= last; i += lanes) body(d, i);
  return i;
}

/// Calls `body` for all of `length` elements.
template <class T, class Body>
HWY_INLINE void visit_all(const Body& body, std::int64_t length) {
  std::int64_t i = 0;
  if (body.step <= 2) {
    i = visit_lanes(hn::CappedTag<T, 16>(), body, i, length);
    i = visit_lanes(hn::CappedTag<T, 4>(), body, i, length);
  }
  for (const hn::CappedTag<T, 1> one; i < length; ++i) body(one, i);
}

template <class T>
void find(const Segment& segment, const MaximumRow<T>& row) {
  const auto [x, y, groups, x_group, y_group, length, step] = segment;
  for (std::int64_t i = 0; i < groups; ++i)
    visit_all<T>(Find<T>{row.x + x + i * x_group, step, row.best + y + i * y_group}, length);
}

template <class T>
void scatter(const Segment& segment, const MaximumRow<T>& row) {
  const auto [x, y, groups, x_group, y_group, length, step] = segment;
  for (std::int64_t i = 0; i < groups; ++i) {
    const std::int64_t from = x + i * x_group;
    const std::int64_t at = y + i * y_group;
    visit_all<T>(Scatter<T>{row.x + from, row.dx + from, step, row.best + at, row.rest + at},
                 length);
  }
}

template <class T>
void scatter_apart(const WindowsApart<T>& row) {
  for (std::int64_t i = 0; i < row.windows; ++i)
    visit_all<T>(ScatterApart<T>{row.x + i * row.next, row.dy + i * row.inner,
                                 row.dx + i * row.next, row.taps},
                 row.inner);
}

MaximumLoops<float> of_f32() { return {find<float>, scatter<float>, scatter_apart<float>}; }
MaximumLoops<double> of_f64() { return {find<double>, scatter<double>, scatter_apart<double>}; }
MaximumLoops<std::int32_t> of_i32() { return {find<std::int32_t>, nullptr, nullptr}; }
MaximumLoops<std::int64_t> of_i64() { return {find<std::int64_t>, nullptr, nullptr}; }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(of_f32);
HWY_EXPORT(of_f64);
HWY_EXPORT(of_i32);
HWY_EXPORT(of_i64);

template <>
MaximumLoops<float> maximum_loops() {
  return HWY_DYNAMIC_DISPATCH(of_f32)();
}
template <>
MaximumLoops<double> maximum_loops() {
  return HWY_DYNAMIC_DISPATCH(of_f64)();
}
template <>
MaximumLoops<std::int32_t> maximum_loops() {
  return HWY_DYNAMIC_DISPATCH(of_i32)();
}
template <>
MaximumLoops<std::int64_t> maximum_loops() {
  return HWY_DYNAMIC_DISPATCH(of_i64)();
}

}  // namespace deft
#endif
