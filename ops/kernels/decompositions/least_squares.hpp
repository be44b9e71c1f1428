#pragma once

#include <cstddef>
#include <cstdint>

namespace deft {

// pseudo_inverse and least_squares work by singular values, of which those not over `cutoff` times
// the largest count as zero, and allocate. Matrices are row-major, finite, and may be empty.

/// inverse [n, m] = the Moore-Penrose inverse of a [m, n].
void pseudo_inverse(const double* a, std::int64_t m, std::int64_t n, double cutoff,
                    double* inverse);

struct LeastSquaresRules {
  double cutoff = 0;
  bool refine = false;  // once, with residuals in twice the precision, where a has full rank
};

/// x [n, k] = the solution of least norm of min |a x - b|, a [m, n], b [m, k].
void least_squares(const double* a, const double* b, std::int64_t m, std::int64_t n, std::int64_t k,
                   const LeastSquaresRules& rules, double* x);

/// Bytes that pseudo_inverse and least_squares allocate at most, for what they keep at a time and
/// for what Eigen works with.
std::size_t pseudo_inverse_bytes(std::int64_t m, std::int64_t n);
std::size_t least_squares_bytes(std::int64_t m, std::int64_t n, std::int64_t k);

}  // namespace deft
