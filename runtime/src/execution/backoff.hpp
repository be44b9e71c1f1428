#pragma once

#include <chrono>
#include <thread>

namespace deft {

/// How a thread waits for another one: first in a tight loop, since a handover between spinning
/// cores takes 0.03 to 0.3 microseconds, then letting other threads run, and at last it should
/// sleep, since to be woken takes 9 to 50 microseconds.
class Backoff {
 public:
  /// Waits for a moment; false if it is time to sleep.
  bool wait() {
    if (spins_ < tight_spins) {
      ++spins_;
      pause();
      return true;
    }
    const auto now = std::chrono::steady_clock::now();
    if (spins_ == tight_spins) {
      ++spins_;
      sleep_at_ = now + spin_time;
    }
    if (now >= sleep_at_) return false;
    std::this_thread::yield();
    return true;
  }

  void reset() { spins_ = 0; }

 private:
  static constexpr int tight_spins = 100;  // some microseconds
  static constexpr std::chrono::microseconds spin_time{2000};

  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
  }

  int spins_ = 0;
  std::chrono::steady_clock::time_point sleep_at_{};
};

}  // namespace deft
