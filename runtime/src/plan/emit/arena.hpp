#pragma once

#include "plan/draft.hpp"

namespace deft {

/// Gives the plan's values of Storage::arena and its scratch their places in the arena: bytes are
/// used again once all that read them is done, and taken over from an input where the kernel allows
/// it. Throws RunError if the arena's size overflows.
void place_in_arena(const Draft& draft, Plan& plan);

}  // namespace deft
