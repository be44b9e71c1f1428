#pragma once

#include <deft/core/form.hpp>
#include <deft/core/kernel.hpp>

namespace deft {

/// Reduces input 0 over the dimensions `axes`. Output 0 has the other dimensions in order;
/// dimensions of 1 may stand anywhere in it. Sums, products and means of floating data are
/// accumulated in f64. The order of operations depends on the shape alone. An extreme must not be
/// over nothing.
Kernel reduction_kernel(Reduction reduction, AxisSet axes, const KernelContext& context);

}  // namespace deft
