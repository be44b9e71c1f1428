#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "mailbox.hpp"
#include "plan/plan.hpp"
#include "run_scope.hpp"
#include "session/borrowed_frame.hpp"
#include "thread_pool.hpp"

namespace deft {

/// The caller of a run, and workers that do its steps too, each on a frame of its own. Of the
/// instructions in Plan::partials everyone runs a share of the blocks, and gives what these leave
/// to all; then everyone finishes by itself, and goes on with the same numbers. So a step takes one
/// handover an instruction, and nobody depends on others: where a worker is late, or fails, the
/// caller does the step alone. Lives as long as the run.
class Lockstep final : public Job {
 public:
  /// Whether lockstep shortens so many steps of a plan by more than it takes to wake a worker.
  static bool pays(const Plan& plan, std::int64_t steps);

  /// For `threads` threads, with the caller on `frame`, who does not wait longer than `patience`
  /// for a worker. Throws RunError if memory is refused.
  Lockstep(RunnablePlan& runnable, Frame& frame, int threads, ThreadPool& pool,
           const RunScope& scope,
           std::chrono::nanoseconds patience = std::chrono::microseconds(10));
  ~Lockstep();

  /// Does a step, one of `remaining`, with the workers that are there; false if there are none, or
  /// they are late: then the caller has to do the step.
  bool run_step(std::int64_t remaining);

  /// Ends what workers do, so that none of them reads the memory that the caller's frame reads: to
  /// be called before that memory changes by anything but a step.
  void dismiss();

  bool wants_help() const override;
  void help(int worker) override;

 private:
  /// A worker waits until it is invited; an invited one will be told to work at once.
  enum class State : std::uint8_t { away, waiting, invited, working };

  /// A thread, with what it needs for the present stretch.
  struct Member {
    Member(Frame& its_frame, int its_thread, std::size_t letter_bytes)
        : frame(its_frame), thread(its_thread), mailbox(letter_bytes) {}

    Frame& frame;
    const int thread;
    Mailbox mailbox;
    std::uint64_t letters = 0;      // that it has posted
    std::uint64_t stretch = 0;      // that it takes part in
    std::size_t rank = 0;           // its number among `everyone`
    std::vector<Member*> everyone;  // the caller first
    std::atomic<int> cpu{-1};       // where it last was
    alignas(64) std::atomic<State> state{State::away};
  };

  void call(std::int64_t remaining);
  bool begin_stretch(std::int64_t remaining);
  /// Ends the present stretch, without waiting for who is late.
  void end_stretch() { stretch_.fetch_add(1, std::memory_order_release); }

  static int see_cpu(Member& me);
  static void stay_off(int cpu, Member& me);
  void repeat_steps(Member& worker);
  bool do_step(Member& me);
  bool share(Member& me, const Instruction& instruction, const KernelArgs& args,
             const std::vector<Kernel::Partials>& partials);
  bool wait_for(const Member& other, const Member& me) const;
  bool has_any(State state) const;

  const Plan& plan_;
  ThreadPool& pool_;
  const RunScope& scope_;
  const std::chrono::nanoseconds patience_;
  std::vector<const std::vector<Kernel::Partials>*> partials_;  // by instruction, or null
  std::vector<std::unique_ptr<BorrowedFrame>> frames_;          // of workers
  std::vector<std::unique_ptr<Member>> members_;                // the caller first
  std::int64_t steps_ = 0;                                      // done in lockstep
  std::int64_t next_call_ = 0;  // steps that the caller does alone before it calls the pool again

  /// The number of the present stretch: steps that the same members do, until `end_stretch`.
  alignas(64) std::atomic<std::uint64_t> stretch_{0};
};

}  // namespace deft
