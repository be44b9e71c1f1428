#include "executor.hpp"

#include <exception>
#include <mutex>
#include <vector>

#include "run_error.hpp"

namespace deft {
namespace {

// Waking a sleeping thread costs 9 to 50 microseconds: a step must gain more than that from another
// thread, and a task must be worth a handover.
constexpr double worthwhile_gain_microseconds = 50;
constexpr float worthwhile_task_microseconds = 5;

void execute(const Frame& frame, const Instruction& instruction) {
  if (instruction.run == nullptr) return;
  const KernelArgs args = frame.args(instruction);
  instruction.run(instruction.state, args, 0, instruction.blocks);
  if (instruction.finish != nullptr) instruction.finish(instruction.state, args);
}

void run_inline(const Plan& plan, const Frame& frame) {
  std::size_t at = 0;
  try {
    for (; at < plan.instructions.size(); ++at) execute(frame, plan.instructions[at]);
  } catch (...) {
    const Node& node = plan.graph.node(plan.instructions[at].node);
    std::rethrow_exception(failure_of("the kernel", node, plan.graph));
  }
}

/// One step on several threads. An instruction is done by whoever finishes the last one that it
/// waits for.
class ParallelStep {
 public:
  ParallelStep(const Plan& plan, const Frame& frame, ThreadPool& pool, const RunScope& scope)
      : plan_(plan), frame_(frame), scope_(scope), tasks_(pool, &ParallelStep::on_task, this) {}

  void run() {
    for (std::uint32_t i = 0; i < plan_.instructions.size(); ++i)
      frame_.pending(i).store(plan_.instructions[i].num_dependencies, std::memory_order_relaxed);
    std::vector<std::uint32_t> mine;
    for (std::uint32_t i = 0; i < plan_.instructions.size(); ++i)
      if (plan_.instructions[i].num_dependencies == 0) hand_out(i, mine);
    work(mine);
    tasks_.run();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static void on_task(void* self, std::uint32_t instruction) {
    auto& step = *static_cast<ParallelStep*>(self);
    const EnterScope working(step.scope_);
    std::vector<std::uint32_t> mine{instruction};
    step.work(mine);
  }

  /// Keeps one instruction and all small ones for this thread; others may take the rest.
  void hand_out(std::uint32_t instruction, std::vector<std::uint32_t>& mine) {
    const bool small = plan_.instructions[instruction].microseconds < worthwhile_task_microseconds;
    if (small || mine.empty())
      mine.push_back(instruction);
    else
      tasks_.push(instruction);
  }

  void work(std::vector<std::uint32_t>& mine) {
    while (!mine.empty()) {
      const std::uint32_t instruction = mine.back();
      mine.pop_back();
      run_instruction(instruction);
      for (const std::uint32_t next : plan_.successors_of(instruction))
        if (frame_.pending(next).fetch_sub(1, std::memory_order_acq_rel) == 1) hand_out(next, mine);
    }
  }

  /// Skips what comes after a failure in plan order, but nothing before it: so the first failure is
  /// always found.
  void run_instruction(std::uint32_t instruction) {
    if (instruction > failed_.load(std::memory_order_relaxed)) return;
    try {
      execute(frame_, plan_.instructions[instruction]);
    } catch (...) {
      const Node& node = plan_.graph.node(plan_.instructions[instruction].node);
      const std::exception_ptr failure = failure_of("the kernel", node, plan_.graph);
      const std::lock_guard lock(failure_mutex_);
      if (instruction >= failed_.load(std::memory_order_relaxed)) return;
      failed_.store(instruction, std::memory_order_relaxed);
      failure_ = failure;
    }
  }

  const Plan& plan_;
  const Frame& frame_;
  const RunScope& scope_;
  TaskGroup tasks_;
  std::atomic<std::uint32_t> failed_{none};  // the first instruction that failed so far
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
};

}  // namespace

void run_step(const Plan& plan, Frame& frame, ThreadPool& pool, const RunScope& scope) {
  const EnterScope working(scope);
  const double gain = plan.work_microseconds - plan.span_microseconds;
  if (pool.workers() == 0 || gain < worthwhile_gain_microseconds)
    run_inline(plan, frame);
  else
    ParallelStep(plan, frame, pool, scope).run();
}

}  // namespace deft
