#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace deft {

/// Calls f(0), f(1), ... on as many threads, which begin together.
inline void on_threads(int count, const std::function<void(int)>& f) {
  std::atomic<int> arrived{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      ++arrived;
      while (arrived < count) std::this_thread::yield();
      f(i);
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace deft
