#include "line_limit.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "references/line_limit.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace deft::benchmark::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Independent sums of each column: enough to hide the latency of their additions.
constexpr std::size_t chains = 8;

/// The sums of one epoch.
template <class T>
class Sums {
 public:
  explicit Sums(const T* w) : w0_(hn::Set(D(), w[0])), w1_(hn::Set(D(), w[1])) {
    for (std::size_t k = 0; k < chains; ++k) sums0_[k] = sums1_[k] = hn::Zero(D());
  }

  /// Adds a vector of rows to chain `k`.
  HWY_INLINE void add(const LineColumns<T>& columns, std::size_t row, std::size_t k) {
    const V ones = hn::Load(D(), columns.ones + row);
    const V x = hn::Load(D(), columns.x + row);
    const V d = hn::Load(D(), columns.d + row);
    const V e = hn::MulAdd(ones, w0_, hn::MulSub(x, w1_, d));
    sums0_[k] = hn::MulAdd(e, ones, sums0_[k]);
    sums1_[k] = hn::MulAdd(e, x, sums1_[k]);
  }

  T sum0() const { return total(sums0_); }
  T sum1() const { return total(sums1_); }

 private:
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;

  static T total(const V* sums) {
    V sum = sums[0];
    for (std::size_t k = 1; k < chains; ++k) sum = hn::Add(sum, sums[k]);
    return hn::GetLane(hn::SumOfLanes(D(), sum));
  }

  V w0_;
  V w1_;
  V sums0_[chains];
  V sums1_[chains];
};

template <class T>
void train(const LineColumns<T>& given, T factor, std::int64_t epochs, T* w) {
  const LineColumns<T> columns = given;  // a copy, which no store to w can change
  const std::size_t lanes = hn::Lanes(hn::ScalableTag<T>());
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    Sums<T> sums(w);
    std::size_t row = 0;
    for (; row + chains * lanes <= columns.rows; row += chains * lanes)
      for (std::size_t k = 0; k < chains; ++k) sums.add(columns, row + k * lanes, k);
    for (; row < columns.rows; row += lanes) sums.add(columns, row, 0);
    w[0] -= factor * sums.sum0();
    w[1] -= factor * sums.sum1();
  }
}

void train_f32(const LineColumns<float>& columns, float factor, std::int64_t epochs, float* w) {
  train(columns, factor, epochs, w);
}

void train_f64(const LineColumns<double>& columns, double factor, std::int64_t epochs, double* w) {
  train(columns, factor, epochs, w);
}

}  // namespace deft::benchmark::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft::benchmark {

HWY_EXPORT(train_f32);
HWY_EXPORT(train_f64);

void train_line_fast(const LineColumns<float>& columns, float factor, std::int64_t epochs,
                     float* w) {
  HWY_DYNAMIC_DISPATCH(train_f32)(columns, factor, epochs, w);
}

void train_line_fast(const LineColumns<double>& columns, double factor, std::int64_t epochs,
                     double* w) {
  HWY_DYNAMIC_DISPATCH(train_f64)(columns, factor, epochs, w);
}

}  // namespace deft::benchmark
#endif
