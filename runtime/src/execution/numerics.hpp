#pragma once

#include <cstdint>

#include "frame.hpp"
#include "interrupt.hpp"
#include "plan/plan.hpp"

namespace deft {

/// Throws RunError, code non_finite, if an output of the instruction, which has just been executed,
/// holds NaN or infinity; Interrupted if `interrupt`, which may be null, is due.
void check_numerics(const Plan& plan, const Frame& frame, std::uint32_t instruction,
                    const RunInterrupt* interrupt);

}  // namespace deft
