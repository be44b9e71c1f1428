#pragma once

#include <cstddef>
#include <span>

#include <deft/collectives/reduce.hpp>
#include <deft/core/dtype.hpp>

namespace deft::collectives {

/// out[i] = a[i] combined with b[i] for `count` elements; `out` may be `a` or `b`. A mean is a sum
/// until `divide`. Sums of integers wrap around; a NaN wins over any number.
using Combine = void (*)(const std::byte* a, const std::byte* b, std::byte* out, std::size_t count);

/// Nothing for a dtype that cannot be reduced so.
Combine combine_of(Reduce reduce, DType dtype);

/// x[i] /= n, of f32 or f64.
void divide(std::span<std::byte> x, DType dtype, int n);

/// Combines the parts, one of each rank, by the binary tree over their indices: ((0 1) (2 3)) ...,
/// where a part without a partner goes up as it is. The result, in `out`, which may be one of them,
/// does not depend on where parts come from. Overwrites the parts.
void combine_tree(Combine combine, std::span<std::byte* const> parts, std::byte* out,
                  std::size_t count);

}  // namespace deft::collectives
