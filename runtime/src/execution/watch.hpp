#pragma once

#include <cstdint>

#include "frame.hpp"
#include "interrupt.hpp"
#include "observation/recorder.hpp"
#include "plan/plan.hpp"

namespace deft {

/// What a run asks of every operation beside its result. Empty for most runs.
struct Watch {
  const RunInterrupt* interrupt = nullptr;
  Recorder* recorder = nullptr;
  bool check_numerics = false;

  bool is_empty() const { return interrupt == nullptr && recorder == nullptr && !check_numerics; }
};

/// Runs instructions for one thread of a step, and does what the watch asks.
class WatchedThread {
 public:
  WatchedThread(const Plan& plan, const Frame& frame, const Watch& watch, int thread)
      : plan_(plan), frame_(frame), watch_(watch), thread_(thread) {}

  /// Throws Interrupted, or what the kernel throws, or RunError if an output is not finite.
  void execute(std::uint32_t instruction);

  /// `execute` in two halves, for instructions that several threads share: some blocks, then the
  /// end.
  void run_blocks(std::uint32_t instruction, std::int64_t begin, std::int64_t end);
  void finish(std::uint32_t instruction);

 private:
  Recorder::Time start() const;
  void compute(const Instruction& instruction, std::int64_t begin, std::int64_t end);
  void complete(std::uint32_t instruction);
  void run_interruptibly(const Instruction& instruction, std::int64_t begin, std::int64_t end);
  void count_towards_check(double nanoseconds);

  const Plan& plan_;
  const Frame& frame_;
  const Watch& watch_;
  int thread_;
  double unchecked_nanoseconds_ = 0;  // of estimated work since the interrupt was asked
};

}  // namespace deft
