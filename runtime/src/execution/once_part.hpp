#pragma once

#include <optional>
#include <span>
#include <vector>

#include "run_scope.hpp"
#include "run_steps.hpp"
#include "session/borrowed_frame.hpp"
#include "watch.hpp"

namespace deft {

/// What is the same in all steps of a run: computed before the first one, and again if others have
/// changed variables that it reads between two transactions of the run.
class OncePart {
 public:
  /// `feeds` are those of the run. All arguments outlive this.
  OncePart(RunnablePlan& runnable, std::span<const Tensor* const> feeds, const RunOptions& options,
           const RunContext& context, const RunScope& scope, const RunInterrupt* interrupt);

  /// Feeds its values to the steps of `plan`, whose frame has begun a transaction. Throws as a step
  /// does.
  void make_ready(const Plan& plan, Frame& steps);

 private:
  bool is_known(const Plan& plan, const Frame& steps) const;
  void read_variables(const Plan& plan, const Frame& steps);
  void compute();
  void execute(Recorder* recorder);

  RunnablePlan& runnable_;
  const std::span<const Tensor* const> feeds_;
  const RunOptions& options_;
  const RunContext& context_;
  const RunScope& scope_;
  const RunInterrupt* interrupt_;  // or null
  const BorrowedFrame frame_;
  std::vector<Tensor> variables_;  // that the values are made from
  std::vector<Tensor> values_;     // empty: not computed yet
};

}  // namespace deft
