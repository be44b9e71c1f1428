#include "elementwise_by_hand.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "references/elementwise_by_hand.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/exponential-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::benchmark::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE void apply(D d, const float* x_at, float* y_at, const Coefficients& k) {
  const auto one = hn::Set(d, 1.0F);
  const auto x = hn::LoadU(d, x_at);
  const auto a = deft::HWY_NAMESPACE::arithmetic_of<float>(d);
  const auto bent =
      deft::HWY_NAMESPACE::Tanh::of(a, hn::MulAdd(hn::Set(d, k.a), x, hn::Set(d, k.b)));
  const auto logistic =
      hn::Div(hn::Set(d, k.d), hn::Add(one, deft::HWY_NAMESPACE::Exp::of(a, hn::Neg(x))));
  hn::StoreU(hn::MulSub(bent, hn::Set(d, k.c), logistic), d, y_at);
}

void apply_to_all(const float* x, float* y, std::size_t count, const Coefficients& k) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) apply(d, x + i, y + i, k);
  for (; i < count; ++i) apply(hn::CappedTag<float, 1>(), x + i, y + i, k);
}

}  // namespace deft::benchmark::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft::benchmark {

HWY_EXPORT(apply_to_all);

void elementwise_by_hand(const float* x, float* y, std::size_t count, const Coefficients& k) {
  HWY_DYNAMIC_DISPATCH(apply_to_all)(x, y, count, k);
}

}  // namespace deft::benchmark
#endif
