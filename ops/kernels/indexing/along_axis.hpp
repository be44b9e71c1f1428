#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>

namespace deft {

// Input 0 is x, input 1 the indices. Along `axis` an index says where in x an element stands; along
// the other dimensions the two broadcast. An index out of range throws ValueError.

/// The elements of x that the indices name.
Kernel take_along_axis_kernel(std::size_t axis, const KernelContext& context);

/// x, to whose named elements those of input 2 are added, in row-major order and in the arithmetic
/// of the dtype. Where a dimension of x is 1 and not that of input 2, all are added to one.
Kernel add_along_axis_kernel(std::size_t axis, const KernelContext& context);

}  // namespace deft
