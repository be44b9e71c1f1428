#pragma once

#include <cstdint>

namespace deft {

// Direct methods on row-major matrices of doubles, in place. Bits depend on the numbers alone.

/// A triangular matrix [n, n], whose elements are t(i, p) = values[i * row + p * term].
struct TriangularMatrix {
  const double* values = nullptr;
  std::int64_t n = 0;
  std::int64_t row = 0;
  std::int64_t term = 1;
  bool lower = true;
  bool unit_diagonal = false;
};

/// x [n, k] = T^-1 x. No element of the diagonal may be zero.
void substitute(const TriangularMatrix& t, double* x, std::int64_t k);

/// Upper triangle of a [n, n], symmetric and positive definite -> U with U^T U = a; the rest of `a`
/// is left as it is. Returns the first row whose pivot is not positive, which then stands on the
/// diagonal, or n.
std::int64_t factor_symmetric(double* a, std::int64_t n);

/// a [n, n] -> L, without its diagonal of ones, and U, with L U = P a. `exchanged` [n]: row i was
/// exchanged with exchanged[i] >= i, one after the other. Returns the first pivot that is zero, or
/// n.
std::int64_t factor_general(double* a, std::int64_t n, std::int64_t* exchanged);

/// x [n, k] = a^-1 x, with what factor_general made of a.
void solve_general(const double* factors, const std::int64_t* exchanged, std::int64_t n, double* x,
                   std::int64_t k);

}  // namespace deft
