#include "data/prefetcher.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

namespace deft {
namespace {

/// Of one element, the number of the step.
std::vector<Tensor> numbered(std::int64_t step) { return {Tensor::scalar(step)}; }

TEST_CASE("steps are made in order from the one that is taken, on one thread") {
  std::vector<std::int64_t> made;  // by the thread alone
  {
    Prefetcher prefetcher(
        [&](std::int64_t step) {
          made.push_back(step);
          return numbered(step);
        },
        2);
    for (const std::int64_t step : {5, 6, 7, 2})
      CHECK(prefetcher.take(step)[0] == Tensor::scalar(step));
    CHECK(prefetcher.take(3)[0] == Tensor::scalar<std::int64_t>(3));
  }
  REQUIRE(made.size() >= 5);
  CHECK(std::vector(made.begin(), made.begin() + 3) == std::vector<std::int64_t>{5, 6, 7});
  // At most what was ahead of 7 lies between.
  const auto back = std::find(made.begin(), made.end(), 2);
  REQUIRE(back != made.end());
  CHECK(back - made.begin() <= 5);
  CHECK(*std::next(back) == 3);
}

TEST_CASE("a step that failed is made anew when it is taken again") {
  int calls = 0;  // of step 1
  Prefetcher prefetcher(
      [&](std::int64_t step) {
        if (step == 1 && ++calls == 1) throw std::runtime_error("once");
        return numbered(step);
      },
      3);
  CHECK(prefetcher.take(0)[0] == Tensor::scalar<std::int64_t>(0));
  CHECK_THROWS_WITH_AS(prefetcher.take(1), "once", std::runtime_error);
  CHECK(prefetcher.take(1)[0] == Tensor::scalar<std::int64_t>(1));
}

}  // namespace
}  // namespace deft
