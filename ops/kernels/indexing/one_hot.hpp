#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// The output has one dimension more than input 0, the indices: `axis`. Along it stand `off`, and
/// `on` where the index says. An index out of range throws ValueError if `strict`; else it is on
/// nowhere. `on` and `off` are scalars of the output's dtype.
Kernel one_hot_kernel(std::size_t axis, const Tensor& on, const Tensor& off, bool strict,
                      const KernelContext& context);

}  // namespace deft
