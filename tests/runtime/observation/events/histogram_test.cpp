#include "observation/events/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

namespace deft {
namespace {

using Limits = std::numeric_limits<double>;

Histogram of(const std::vector<double>& values) { return histogram_of(Tensor::from(values)); }

}  // namespace

TEST_CASE("elements are counted in buckets of equal width") {
  std::vector<double> values{300, 0};  // at the ends
  for (int i = 0; i < 300; ++i) values.push_back(10 * (i % 30) + 5);
  const Histogram histogram = of(values);
  REQUIRE(histogram.limits.size() == 30);
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK(histogram.limits[i] == doctest::Approx(10.0 * static_cast<double>(i + 1)).epsilon(1e-15));
    CHECK(histogram.counts[i] == (i == 0 || i == 29 ? 11 : 10));
  }
  CHECK(histogram.min == 0);
  CHECK(histogram.max == 300);
  CHECK(histogram.limits.back() == 300);
  CHECK(histogram.count == 302);
  CHECK(histogram.sum == 300 * 150 + 300);
  CHECK(histogram.sum_squares == 10 * 899'750 + 300 * 300);  // (10 i + 5)^2 of 30 i
  CHECK(histogram.non_finite == 0);
}

TEST_CASE("equal elements are one bucket, and none are none") {
  const Histogram equal = of({2.5, 2.5, 2.5});
  CHECK(equal.limits == std::vector<double>{2.5});
  CHECK(equal.counts == std::vector<double>{3});
  for (const Histogram& none : {of({}), of({Limits::quiet_NaN()})}) {
    CHECK(none.limits.empty());
    CHECK(none.counts.empty());
    CHECK(none.count == 0);
    CHECK(none.min == 0);
  }
}

TEST_CASE("what is not finite is counted apart") {
  const Histogram histogram =
      of({Limits::quiet_NaN(), 1, -Limits::infinity(), 3, Limits::infinity(), Limits::quiet_NaN()});
  CHECK(histogram.non_finite == 4);
  CHECK(histogram.count == 2);
  CHECK(histogram.min == 1);
  CHECK(histogram.max == 3);
  CHECK(histogram.sum == 4);
}

TEST_CASE("ranges at the ends of f64") {
  struct Range {
    double low;
    double high;
  };
  for (const Range range : {Range{-Limits::max(), Limits::max()}, Range{0, Limits::denorm_min()},
                            Range{1, std::nextafter(1.0, 2.0)}, Range{-Limits::max(), 0}}) {
    const double low = range.low;
    const double high = range.high;
    CAPTURE(low);
    CAPTURE(high);
    const Histogram histogram = of({low, high, high});
    CHECK(std::is_sorted(histogram.limits.begin(), histogram.limits.end()));
    CHECK(histogram.limits.back() == high);
    CHECK(histogram.counts.back() == 2);
    CHECK(std::accumulate(histogram.counts.begin(), histogram.counts.end(), 0.0) == 3);
  }
}

TEST_CASE("tensors of every dtype and shape are counted") {
  const auto check = [](const Tensor& values) {
    const Histogram histogram = histogram_of(values);
    CHECK(histogram.count == 2);
    CHECK(histogram.min == 0);
    CHECK(histogram.max == 1);
    CHECK(histogram.counts.front() == 1);
    CHECK(histogram.counts.back() == 1);
  };
  check(Tensor{{0.0F, 1.0F}});
  check(Tensor{{0.0}, {1.0}});
  check(Tensor::from<std::int32_t>({1, 2, 1}, {1, 0}));
  check(Tensor::from<std::int64_t>({2}, {0, 1}));
  check(Tensor::from<bool>({2}, {true, false}));
  check(Tensor::from<std::uint8_t>({2}, {0, 1}));
  CHECK(histogram_of(Tensor::scalar(5.0F)).counts == std::vector<double>{1});
}

}  // namespace deft
