#pragma once

#include "frame.hpp"
#include "plan.hpp"
#include "run_scope.hpp"
#include "thread_pool.hpp"

namespace deft {

/// Runs every instruction of the plan once, on the caller's thread or, where that pays, on the
/// pool's too. If kernels fail, throws the failure of the first one in plan order as a RunError,
/// whatever the schedule; nothing is running then.
void run_step(const Plan& plan, Frame& frame, ThreadPool& pool, const RunScope& scope);

}  // namespace deft
