#include "kernels/decompositions/subtract_rows.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/decompositions/subtract_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The columns [0, Vectors * lanes) of y, which stay in registers.
template <int Vectors, class D>
HWY_INLINE void subtract_strip(D d, const double* c, std::int64_t c_step, const double* x,
                               std::int64_t x_row, std::int64_t count, double* y) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  hn::Vec<D> sum[Vectors];
  for (int v = 0; v < Vectors; ++v) sum[v] = hn::LoadU(d, y + v * lanes);
  for (std::int64_t p = 0; p < count; ++p, x += x_row) {
    const auto factor = hn::Set(d, c[p * c_step]);
    for (int v = 0; v < Vectors; ++v)
      sum[v] = hn::NegMulAdd(factor, hn::LoadU(d, x + v * lanes), sum[v]);
  }
  for (int v = 0; v < Vectors; ++v) hn::StoreU(sum[v], d, y + v * lanes);
}

void subtract(const double* c, std::int64_t c_step, const double* x, std::int64_t x_row,
              std::int64_t count, std::int64_t n, double* y) {
  const hn::CappedTag<double, 8> d;
  const hn::CappedTag<double, 1> one;
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(d));
  std::int64_t j = 0;
  for (; j + 4 * lanes <= n; j += 4 * lanes)
    subtract_strip<4>(d, c, c_step, x + j, x_row, count, y + j);
  for (; j + lanes <= n; j += lanes) subtract_strip<1>(d, c, c_step, x + j, x_row, count, y + j);
  for (; j < n; ++j) subtract_strip<1>(one, c, c_step, x + j, x_row, count, y + j);
}

SubtractRows choose_subtract() { return subtract; }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_subtract);

SubtractRows subtract_rows() { return HWY_DYNAMIC_DISPATCH(choose_subtract)(); }

}  // namespace deft
#endif
