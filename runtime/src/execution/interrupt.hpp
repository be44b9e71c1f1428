#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>

#include <deft/core/kernel.hpp>

namespace deft {

/// Thrown through a step that its run's stop token or timeout ended.
struct Interrupted {};

/// `timeout` from now, or the end of time.
std::chrono::steady_clock::time_point deadline_after(std::chrono::nanoseconds timeout);

/// What may end a run from outside. Once due, it stays so.
class RunInterrupt : public Interrupt {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Reason { nothing, stop, timeout };

  RunInterrupt(std::stop_token stop, std::optional<std::chrono::nanoseconds> timeout);

  /// False if nothing can end the run.
  bool is_active() const { return stop_.stop_possible() || deadline_.has_value(); }

  /// Asks the stop token and the clock.
  bool is_due() const;

  /// Throws Interrupted if is_due.
  void check() const {
    if (is_due()) throw Interrupted{};
  }

  /// Throws Interrupted if a kernel was told that it is due: what it left is no result.
  void check_told() const {
    if (reason_.load(std::memory_order_relaxed) != Reason::nothing) throw Interrupted{};
  }

  Reason reason() const { return reason_.load(std::memory_order_relaxed); }

 private:
  std::stop_token stop_;
  std::optional<Clock::time_point> deadline_;
  mutable std::atomic<Reason> reason_{Reason::nothing};
};

}  // namespace deft
