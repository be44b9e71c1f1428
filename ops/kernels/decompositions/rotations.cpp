#include "kernels/decompositions/rotations.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/decompositions/rotations.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, 8>;
constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(Doubles()));

PairSums sums(const double* x, const double* y, std::int64_t n) {
  const Doubles d;
  auto xx = hn::Zero(d);
  auto yy = hn::Zero(d);
  auto xy = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto a = hn::LoadU(d, x + i);
    const auto b = hn::LoadU(d, y + i);
    xx = hn::MulAdd(a, a, xx);
    yy = hn::MulAdd(b, b, yy);
    xy = hn::MulAdd(a, b, xy);
  }
  PairSums all{hn::GetLane(hn::SumOfLanes(d, xx)), hn::GetLane(hn::SumOfLanes(d, yy)),
               hn::GetLane(hn::SumOfLanes(d, xy))};
  for (; i < n; ++i) {
    all.xx += x[i] * x[i];
    all.yy += y[i] * y[i];
    all.xy += x[i] * y[i];
  }
  return all;
}

template <class D>
HWY_INLINE void rotate_vector(D d, double* x, double* y, double c, double s) {
  const auto a = hn::LoadU(d, x);
  const auto b = hn::LoadU(d, y);
  const auto cosine = hn::Set(d, c);
  const auto sine = hn::Set(d, s);
  hn::StoreU(hn::NegMulAdd(sine, b, hn::Mul(cosine, a)), d, x);
  hn::StoreU(hn::MulAdd(sine, a, hn::Mul(cosine, b)), d, y);
}

void rotate(double* x, double* y, std::int64_t n, double c, double s) {
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) rotate_vector(Doubles(), x + i, y + i, c, s);
  for (; i < n; ++i) rotate_vector(hn::CappedTag<double, 1>(), x + i, y + i, c, s);
}

Rotations choose_rotations() { return {sums, rotate}; }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_rotations);

Rotations rotations() { return HWY_DYNAMIC_DISPATCH(choose_rotations)(); }

}  // namespace deft
#endif
