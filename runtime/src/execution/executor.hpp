#pragma once

#include "frame.hpp"
#include "plan/plan.hpp"
#include "watch.hpp"

namespace deft {

/// Executes every instruction of the plan once, in order, on this thread. If a kernel fails, throws
/// its error as a RunError about its node; Interrupted if the run's interrupt ended the step.
void run_in_order(const Plan& plan, const Frame& frame, const Watch& watch);

}  // namespace deft
