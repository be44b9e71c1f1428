#pragma once

#include <cstddef>

#include <deft/core/form.hpp>
#include <deft/core/kernel.hpp>

namespace deft {

/// Where the first maximum or minimum of input 0 along `axis` stands, as i64; where the first NaN
/// stands, if there is one. Numeric dtypes; the axis is not empty.
Kernel arg_extreme_kernel(Reduction extreme, std::size_t axis, const KernelContext& context);

}  // namespace deft
