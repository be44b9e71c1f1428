#pragma once

#include <deft/core/element_function.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

// Kernels of output 0, a function of inputs that broadcast to it.

/// `function` of all inputs, which it accepts.
Kernel element_kernel(const ElementFunction& function, const KernelContext& context);

/// Input 0, repeated to the shape of output 0.
Kernel broadcast_kernel(const KernelContext& context);

/// The sum of all inputs, which have the shape and dtype of output 0, added in their order.
Kernel add_n_kernel(const KernelContext& context);

/// `element`, of rank 0 and of the dtype of output 0, everywhere.
Kernel fill_kernel(const Tensor& element, const KernelContext& context);

}  // namespace deft
