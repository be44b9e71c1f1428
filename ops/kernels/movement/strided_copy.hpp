#pragma once

#include <cstdint>

#include "walk.hpp"
#include <deft/core/kernel.hpp>

namespace deft {

/// Output 0 is read from input 0 with these strides, which may be negative, along its dimensions,
/// from element `first` on.
Kernel strided_copy_kernel(std::int64_t first, const Strides& strides,
                           const KernelContext& context);

}  // namespace deft
