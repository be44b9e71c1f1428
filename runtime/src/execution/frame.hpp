#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include <deft/core/kernel.hpp>
#include <deft/core/tensor.hpp>

#include "plan/plan.hpp"
#include "session/variable_store.hpp"
#include "team_memory.hpp"

namespace deft {

/// The memory of one execution of a plan; runs of the same plan at the same time have a frame each.
/// Between begin_run and end_run nothing is allocated.
class Frame {
 public:
  /// For a plan whose variables are `slots`, and steps on up to `threads` threads. Throws RunError
  /// if the system refuses memory; so does begin_run.
  Frame(const Plan& plan, std::span<VariableStore::Slot* const> slots, int threads);

  /// Sets the tensors that are fed, the plan's feeds from `first` on; they must outlive the run.
  void bind_feeds(std::span<const Tensor* const> feeds, std::size_t first = 0);

  /// Reads the variables, and makes buffers ready for `steps` steps. Buffers that someone else
  /// still holds are replaced.
  void begin_run(const VariableStore& variables, std::int64_t steps, SourceLocation where);

  /// What a variable of the plan is at the begin of the run.
  const Tensor& start_of(std::uint32_t variable) const { return variables_[variable].start; }

  /// Makes this frame ready for `follow`.
  void prepare_to_follow();

  /// Takes over the state of another frame of the plan, which has begun a transaction: the next
  /// step is the same in both.
  void follow(const Frame& other);

  /// After a step that succeeded: what it wrote is what the next one reads.
  void advance();

  /// The value of fetch i of the plan in the step that has just been done, before `advance`.
  Tensor fetch(std::size_t i) const;

  /// Fetch i of the plan, one element, as a number; before `advance`.
  double scalar(std::size_t i) const;

  /// What the last step left becomes visible to the session. After `advance`.
  void publish(VariableStore& variables) const;

  /// Lets go of feeds and of the session's values: an idle frame keeps nobody's memory alive but
  /// its own.
  void release();

  KernelArgs args(const Instruction& instruction, const Interrupt* interrupt, int thread) const {
    void* const* first = args_.data() + instruction.first_arg;
    const std::size_t of_thread = static_cast<std::size_t>(thread) * thread_stride_;
    return {
        first,
        first + instruction.num_inputs,
        arena_.get() + instruction.scratch_offset + (instruction.scratch_of_thread ? of_thread : 0),
        interrupt,
        thread,
        thread_scratch_ + of_thread};
  }

  TeamMemory& team() { return team_; }

 private:
  struct Free {
    void operator()(std::byte* p) const { ::operator delete (p, std::align_val_t{64}); }
  };

  /// The value of a variable moves between tensors: the session's, then in turn two of the frame's
  /// own.
  struct Rotation {
    Tensor start;                           // the session's, at the begin of the run
    std::array<Tensor, 3> buffers;          // one of them may be the session's value
    std::array<std::uint8_t, 2> written{};  // the buffers that are written in turn
    std::uint8_t turn = 0;                  // index into `written` for the present step
    bool advanced = false;                  // a step has been done in this run

    const Tensor& current() const { return advanced ? buffers[written[turn ^ 1U]] : start; }
    const Tensor& next() const { return buffers[written[turn]]; }
  };

  void point(Uses uses, const Tensor& tensor);
  Tensor new_buffer(const TensorSpec& spec, NodeId node) const;
  void prepare_results();
  void choose_buffers(Rotation& rotation, const PlanVariable& variable, std::size_t count);
  const Tensor& root_of(const PlanOutput& fetched) const;

  const Plan& plan_;
  std::span<VariableStore::Slot* const> slots_;
  std::unique_ptr<std::byte, Free> arena_;
  std::byte* thread_scratch_;  // in the arena, of thread 0
  std::size_t thread_stride_;  // from there to the scratch of the next thread
  std::vector<void*> args_;
  std::vector<const Tensor*> feeds_;
  std::vector<Tensor> results_;
  std::vector<Rotation> variables_;
  TeamMemory team_;
};

}  // namespace deft
