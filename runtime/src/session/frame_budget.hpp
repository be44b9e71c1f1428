#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include <deft/core/fork.hpp>

namespace deft {

class RunnablePlan;

/// How much memory the plans of a session and their frames may take together: where a new frame
/// would be too much, idle frames go, those of the plans that were used least recently first.
class FrameBudget {
 public:
  explicit FrameBudget(std::size_t bytes) : bytes_(bytes) {}

  std::size_t bytes() const { return bytes_; }

  /// From now on until `leave`, the plan's frames count.
  void enter(RunnablePlan& plan);
  void leave(const RunnablePlan& plan) noexcept;

  /// Before `plan` makes one more frame, which counts already; and when a run has given one back
  /// while `is_over`. The plan keeps one idle frame in any case.
  void make_room(RunnablePlan& plan) noexcept;

  /// True if there was no room for a frame, since runs were going on in all others.
  bool is_over() const { return over_.load(std::memory_order_relaxed); }

  /// True in a forked child, where locks may be held by threads that are gone.
  bool is_inherited() const { return fork_generation() != made_in_; }

  /// Moves on with every new frame: a plan was used least recently if it was used at the least
  /// time.
  std::uint64_t now() const { return now_.load(std::memory_order_relaxed); }

  /// What the plans and their frames take.
  std::size_t used() const;

 private:
  std::size_t sum() const noexcept;
  RunnablePlan* least_recent(const RunnablePlan& but) const noexcept;

  const std::size_t bytes_;
  const std::uint64_t made_in_ = fork_generation();
  std::atomic<bool> over_{false};
  std::atomic<std::uint64_t> now_{0};
  mutable std::mutex mutex_;  // guards plans_
  std::vector<RunnablePlan*> plans_;
};

}  // namespace deft
