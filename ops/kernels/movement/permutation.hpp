#pragma once

#include <span>

#include <deft/core/kernel.hpp>

namespace deft {

/// Dimension i of output 0 is dimension permutation[i] of input 0.
Kernel permutation_kernel(std::span<const std::size_t> permutation, const KernelContext& context);

}  // namespace deft
