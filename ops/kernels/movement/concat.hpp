#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>

namespace deft {

/// Output 0 is all inputs one after the other along dimension `axis`.
Kernel concat_kernel(std::size_t axis, const KernelContext& context);

/// The outputs, one after the other along dimension `axis`, are input 0.
Kernel split_kernel(std::size_t axis, const KernelContext& context);

}  // namespace deft
