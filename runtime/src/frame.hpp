#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include <deft/core/kernel.hpp>
#include <deft/core/tensor.hpp>

#include "plan.hpp"

namespace deft {

/// The memory of one execution of a plan; runs of the same plan at the same time have a frame each.
class Frame {
 public:
  /// Throws RunError if the system refuses memory; so does prepare_step.
  explicit Frame(const Plan& plan);

  /// Sets the caller's tensors, one per feed of the request; they must outlive the run.
  void bind_feeds(std::span<const Tensor* const> feeds);

  /// Sets the values that the plan's variables have at the start of the next step.
  void bind_variables(std::vector<Tensor> values);

  /// Lets go of feeds and of the session's values: an idle frame keeps nobody's memory alive but
  /// its own.
  void release();

  /// Makes buffers ready for what a step writes. Buffers that someone else still holds are
  /// replaced.
  void prepare_step();

  /// After a step that succeeded: what it wrote is what the next one reads.
  void advance_variables();

  /// The values of the plan's fetches; call before advance_variables.
  std::vector<Tensor> fetches() const;

  /// The present value of variable i of the plan.
  const Tensor& variable(std::size_t i) const { return current_[i]; }

  KernelArgs args(const Instruction& instruction) const {
    void* const* first = args_.data() + instruction.first_arg;
    return {first, first + instruction.num_inputs, arena_.get() + instruction.scratch_offset};
  }

  std::atomic<std::uint32_t>& pending(std::size_t instruction) const {
    return pending_[instruction];
  }

 private:
  struct Free {
    void operator()(std::byte* p) const { ::operator delete (p, std::align_val_t{64}); }
  };

  void point(ValueId value, const void* to);
  void make_writable(Tensor& buffer, const TensorSpec& spec, ValueId value, NodeId node);
  Tensor fetch(const PlanOutput& fetched) const;

  const Plan& plan_;
  std::unique_ptr<std::byte, Free> arena_;
  std::vector<void*> args_;
  std::unique_ptr<std::atomic<std::uint32_t>[]>
      pending_;  // unfinished dependencies, by instruction
  std::vector<Tensor> feeds_;
  std::vector<Tensor> results_;
  std::vector<Tensor> current_;  // by variable of the plan, like next_ and spare_
  std::vector<Tensor> next_;
  std::vector<Tensor> spare_;
};

}  // namespace deft
