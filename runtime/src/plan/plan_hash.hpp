#pragma once

#include <cstdint>

#include "draft.hpp"

namespace deft {

/// A number that is the same in all processes of one program which are about to compute the same:
/// of operations, attributes, shapes, and what each reads, but not of the elements of constants.
/// After order_effects.
std::uint64_t hash_of(const Draft& draft);

}  // namespace deft
