#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>

namespace deft {

// Lines of input 0 along `axis`, of any dtype. NaN is larger than all numbers; of equals, the one
// with the lower index comes first in both directions.

/// Where the elements of a sorted line stand in the line, as i64.
Kernel argsort_kernel(std::size_t axis, bool descending, const KernelContext& context);

/// Output 0: the largest elements of a line, as many as the output has along the axis, in
/// descending order. Output 1: where they stand, as i64.
Kernel top_k_kernel(std::size_t axis, const KernelContext& context);

}  // namespace deft
