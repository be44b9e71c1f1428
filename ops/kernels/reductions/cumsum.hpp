#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>

namespace deft {

/// The sums of the elements of input 0 along `axis` up to each one, from the end on if `reverse`,
/// without the element itself if `exclusive`. Floating ones are accumulated in f64, one after the
/// other. Numeric dtypes.
Kernel cumsum_kernel(std::size_t axis, bool exclusive, bool reverse, const KernelContext& context);

}  // namespace deft
