#pragma once

#include <deft/core/kernel.hpp>

namespace deft {

/// x [n, s], n a power of two -> [s]: the sum over n, added in the order of a binary tree,
/// ((x[0] + x[1]) + (x[2] + x[3])) + ..., in the dtype of x.
Kernel tree_sum_kernel(const KernelContext& context);

}  // namespace deft
