#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>

#include "combination.hpp"

namespace deft {

// Input 0 is x, input 1 the indices. Along `axis` an index says where in x an element stands. An
// index out of range throws ValueError.

/// How x and the indices stand beside each other along the other dimensions.
enum class Beside {
  broadcast,  // the two broadcast
  aligned,    // the indices are as many as the updates, and perhaps fewer than the elements of x
};

/// The elements of x that the indices name.
Kernel take_along_axis_kernel(std::size_t axis, Beside beside, const KernelContext& context);

/// x, with whose named elements those of input 2 are combined, in row-major order. Where a
/// dimension of x is broadcast, all go to one element.
Kernel combine_along_axis_kernel(std::size_t axis, Beside beside, Combination combination,
                                 const KernelContext& context);

}  // namespace deft
