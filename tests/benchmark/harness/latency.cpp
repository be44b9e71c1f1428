#include "latency.hpp"

#include <atomic>
#include <limits>
#include <thread>
#include <vector>

#include "harness.hpp"
#include "median.hpp"

namespace deft::benchmark {
namespace {

constexpr int batches = 201;
constexpr int round_trips = 100;  // of a batch: few, so that an interruption spoils few

/// Alone on its cache line.
struct alignas(128) Ball {
  std::atomic<int> count{0};

  void wait_for(int wanted) const {
    while (count.load(std::memory_order_acquire) != wanted) {
    }
  }
};

}  // namespace

double core_to_core_nanoseconds() {
  if (std::thread::hardware_concurrency() < 2) return std::numeric_limits<double>::quiet_NaN();
  Ball ball;
  std::thread partner([&ball] {
    for (int i = 0; i < batches * round_trips; ++i) {
      ball.wait_for(2 * i + 1);
      ball.count.store(2 * i + 2, std::memory_order_release);
    }
  });
  std::vector<double> one_way;
  int hits = 0;
  for (int batch = 0; batch < batches; ++batch) {
    const Stopwatch stopwatch;
    for (int i = 0; i < round_trips; ++i) {
      ball.count.store(++hits, std::memory_order_release);
      ball.wait_for(++hits);
    }
    one_way.push_back(stopwatch.seconds() * 1e9 / (2 * round_trips));
  }
  partner.join();
  return median(one_way);
}

}  // namespace deft::benchmark
