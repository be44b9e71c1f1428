#pragma once

#include <optional>

#include <deft/runtime/explanation.hpp>

#include "plan/plan.hpp"
#include "profile_state.hpp"

namespace deft {

/// Explains a plan of a session with `threads` threads. `measured`, if known, is what its runs
/// took.
Explanation explain(const Plan& plan, int threads, const std::optional<PlanTotals>& measured);

}  // namespace deft
