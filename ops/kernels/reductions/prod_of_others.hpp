#pragma once

#include <cstddef>

#include <deft/core/kernel.hpp>

namespace deft {

/// For every element of input 0 the product of the others along `axis`; with further inputs g_1 to
/// g_m, tangents, the coefficient of e_1 ... e_m in that product of x + e_1 g_1 + ... + e_m g_m.
/// Floating dtypes, all in f64 and without a division: from the products of what stands before an
/// element and of what stands behind it.
Kernel prod_of_others_kernel(std::size_t axis, const KernelContext& context);

}  // namespace deft
