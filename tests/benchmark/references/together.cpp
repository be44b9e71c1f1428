#include "together.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace deft::benchmark {
namespace {

class SpinBarrier {
 public:
  explicit SpinBarrier(int threads) : threads_(threads) {}

  /// `turn` counts the calls of each thread from 1.
  void wait(std::int64_t turn) {
    arrived_.fetch_add(1, std::memory_order_acq_rel);
    while (arrived_.load(std::memory_order_acquire) < turn * threads_) {
    }
  }

 private:
  std::int64_t threads_;
  std::atomic<std::int64_t> arrived_{0};
};

}  // namespace

void repeat_together(int threads, std::int64_t repetitions, const std::function<void(int)>& part) {
  SpinBarrier barrier(threads);
  const auto work = [&](int thread) {
    for (std::int64_t turn = 1; turn <= repetitions; ++turn) {
      part(thread);
      barrier.wait(turn);
    }
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(work, thread);
  work(0);
}

}  // namespace deft::benchmark
