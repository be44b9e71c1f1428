#include "histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

/// Calls f(x) with every finite element x as an f64. Integers beyond 2^53 are rounded.
template <class F>
void for_each_finite(const Tensor& values, const F& f) {
  visit_dtype(values.dtype(), [&]<class T>(std::type_identity<T>) {
    for (const T element : values.data<T>())
      if (const auto x = static_cast<double>(element); std::isfinite(x)) f(x);
  });
}

}  // namespace

Histogram histogram_of(const Tensor& values) {
  Histogram result;
  for_each_finite(values, [&](double x) {
    result.min = result.count == 0 ? x : std::min(result.min, x);
    result.max = result.count == 0 ? x : std::max(result.max, x);
    result.count += 1;
    result.sum += x;
    result.sum_squares += x * x;
  });
  result.non_finite = values.num_elements() - static_cast<std::int64_t>(result.count);
  if (result.count == 0) return result;

  // std::lerp is exact at both ends, never falls, and does not overflow where max - min does.
  const int buckets = result.min == result.max ? 1 : Histogram::max_buckets;
  result.limits.reserve(Histogram::max_buckets);
  for (int i = 1; i <= buckets; ++i)
    result.limits.push_back(
        std::lerp(result.min, result.max, static_cast<double>(i) / static_cast<double>(buckets)));
  result.counts.assign(result.limits.size(), 0);
  for_each_finite(values, [&](double x) {
    const auto limit = std::upper_bound(result.limits.begin(), result.limits.end() - 1, x);
    result.counts[static_cast<std::size_t>(limit - result.limits.begin())] += 1;
  });
  return result;
}

}  // namespace deft
