#include "reader.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "references/reader.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "harness/agreement.hpp"
#include "together.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::benchmark::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Their sum, in eight vectors: additions that wait for each other would be slower than memory.
float read(const float* values, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t chains = 8;
  hn::Vec<decltype(d)> sums[chains];
  for (auto& sum : sums) sum = hn::Zero(d);
  std::size_t i = 0;
  for (; i + chains * lanes <= count; i += chains * lanes)
    for (std::size_t k = 0; k < chains; ++k)
      sums[k] = hn::Add(sums[k], hn::LoadU(d, values + i + k * lanes));
  for (std::size_t k = 1; k < chains; ++k) sums[0] = hn::Add(sums[0], sums[k]);
  float total = hn::GetLane(hn::SumOfLanes(d, sums[0]));
  for (; i < count; ++i) total += values[i];
  return total;
}

}  // namespace deft::benchmark::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft::benchmark {
namespace {

HWY_EXPORT(read);

/// The sum of the share of one of several threads.
float read_share(std::span<const float> values, int thread, int threads) {
  const auto at = [&](int share) {
    return values.size() * static_cast<std::size_t>(share) / static_cast<std::size_t>(threads);
  };
  return HWY_DYNAMIC_DISPATCH(read)(values.data() + at(thread), at(thread + 1) - at(thread));
}

}  // namespace

void Reader::run(std::int64_t repetitions) const {
  const std::span<const float> values = values_.data<float>();
  repeat_together(threads_, repetitions, [&](int thread) {
    volatile float sum = read_share(values, thread, threads_);  // so that it is computed
    static_cast<void>(sum);
  });
}

void Reader::check() const {
  float found = 0;
  for (int thread = 0; thread < threads_; ++thread)
    found += read_share(values_.data<float>(), thread, threads_);
  Graph graph;
  const Output sum = reduce_sum(constant(graph, values_));
  expect_close(Session(graph, {.threads = 1}).eval(sum).item<float>(), found, 1e-3);
}

}  // namespace deft::benchmark
#endif
