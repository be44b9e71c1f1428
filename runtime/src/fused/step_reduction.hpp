#pragma once

#include "fused_tile.hpp"
#include "kernels/reductions/reducer.hpp"
#include "kernels/reductions/reduction_plan.hpp"

namespace deft {

constexpr std::int64_t most_accumulators = 1024;  // of a reduction at a time, on the stack

/// The reduction of a step as the plain kernel computes it: its loops, its order and its divisor.
struct StepReduction {
  explicit StepReduction(const TileStep& step)
      : step_(std::get<ReductionForm>(step.what.form)),
        loops_(reducer(step_.reduce, step.inputs[0].dtype)),
        plan_(step.inputs[0].shape, step_.axes),
        divisor_(step_.reduce == Reduction::mean ? static_cast<double>(plan_.reduced) : 1) {}

 private:
  ReductionForm step_;

 protected:
  Reducer loops_;
  ReductionPlan plan_;
  double divisor_;
};

}  // namespace deft
