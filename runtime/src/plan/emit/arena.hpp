#pragma once

#include "emission.hpp"

namespace deft {

/// Gives the plan's values of Storage::arena and its scratch their places in the arena: bytes are
/// used again once all that read them is done, and taken over from an input where the kernel allows
/// it. Throws RunError if the arena's size overflows.
void place_in_arena(const Draft& draft, const Emission& emission, Plan& plan);

/// Notes the node for which a run takes most bytes at once.
void note_largest(Plan& plan, std::size_t bytes, NodeId node);

}  // namespace deft
