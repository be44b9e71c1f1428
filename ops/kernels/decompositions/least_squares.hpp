#pragma once

#include <cstddef>
#include <cstdint>

namespace deft {

// pseudo_inverse and least_squares compute in f64 by singular values, count singular values not
// over `cutoff` times the largest as zero, allocate, and throw ValueError for a NaN or an infinity.
// T is float or double; matrices are row-major and may be empty.

/// inverse [n, m] = the Moore-Penrose inverse of a [m, n].
template <class T>
void pseudo_inverse(const T* a, std::int64_t m, std::int64_t n, double cutoff, T* inverse);

/// x [n, k] = the solution of least norm of min |a x - b|, a [m, n], b [m, k]. In f64, where a has
/// full rank, refined once with residuals in twice the precision.
template <class T>
void least_squares(const T* a, const T* b, std::int64_t m, std::int64_t n, std::int64_t k,
                   double cutoff, T* x);

/// Bytes that pseudo_inverse and least_squares allocate at most, for what they keep at a time and
/// for what Eigen works with.
std::size_t pseudo_inverse_bytes(std::int64_t m, std::int64_t n);
std::size_t least_squares_bytes(std::int64_t m, std::int64_t n, std::int64_t k);

}  // namespace deft
