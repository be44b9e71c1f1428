#pragma once

#include <cstdint>

#include <deft/core/kernel.hpp>

namespace deft {

/// Output 0 [..., n, m] is zero but for its diagonals [..., i, i], which are input 0
/// [..., min(n, m)].
Kernel diagonal_matrix_kernel(const KernelContext& context);

enum class Triangle : std::uint8_t { lower, upper };

/// Output 0 is input 0 [..., n, m] with zeros above diagonal k (of the lower triangle) or below it.
Kernel triangle_kernel(Triangle triangle, std::int64_t k, const KernelContext& context);

}  // namespace deft
