#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>

#include "backoff.hpp"
#include "frame.hpp"
#include "plan/plan.hpp"
#include "run_scope.hpp"
#include "thread_pool.hpp"
#include "watch.hpp"

namespace deft {

/// The caller of a run, and the workers that help it: they execute the steps of a parallel plan
/// together. An instruction is done by whoever finishes the last one that it waits for; the blocks
/// of a split one are taken by all. Lives as long as the run, so that workers stay awake from step
/// to step.
class Team final : public Job {
 public:
  Team(const Plan& plan, Frame& frame, ThreadPool& pool, const RunScope& scope, const Watch& watch,
       std::optional<std::uint64_t> chaos_seed);
  ~Team();

  /// True if a step, one of `remaining`, is faster with the pool's help than on the caller alone.
  bool pays(std::int64_t remaining) const;

  /// Executes every instruction once. If kernels fail, rethrows the failure of the first one in
  /// plan order, whatever the schedule; Interrupted if the run's interrupt ended the step. Nothing
  /// is running then.
  void run_step();

  bool wants_help() const override;
  void help(int worker) override;

 private:
  class Member;

  /// Where in the plan something failed: of several failures the first counts.
  struct Failure {
    std::uint32_t instruction = none;
    std::int64_t block = 0;
    std::exception_ptr exception;
  };

  void begin_step();
  void deal(Member& caller);
  void call_for(double nanoseconds);
  void wait_for_end(Member& caller);
  bool help_with_step(int worker, Backoff& backoff);
  void record_failure(std::uint32_t instruction, std::int64_t block) noexcept;
  bool comes_after_failure(std::uint32_t instruction, std::int64_t block) const;

  const Plan& plan_;
  Frame& frame_;
  TeamMemory& memory_;
  ThreadPool& pool_;
  const RunScope& scope_;
  const Watch& watch_;
  const std::optional<std::uint64_t> chaos_seed_;
  std::uint64_t step_ = 0;

  alignas(64) std::atomic<std::uint32_t> unfinished_{0};  // instructions of the present step
  alignas(64) std::atomic<std::uint32_t> inside_{0};      // workers that may touch memory_
  alignas(64) std::atomic<bool> open_{false};             // a step is going on
  std::atomic<bool> should_wake_{false};  // a worker, for the first thing that one could take
  std::atomic<bool> caller_sleeps_{false};
  std::atomic<bool> interrupted_{false};
  std::atomic<std::uint32_t> failed_{none};  // failure_.instruction, to be read without the lock
  std::mutex failure_mutex_;
  Failure failure_;
};

}  // namespace deft
