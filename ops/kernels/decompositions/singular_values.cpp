#include "decompositions.hpp"
#include "jacobi.hpp"
#include "memory.hpp"
#include "scaled.hpp"
#include "unique_signs.hpp"

namespace deft {

/// A wide matrix is the transpose of a tall one, and U and V change places.
void singular_values(const double* a, std::int64_t m, std::int64_t n, double* u, double* s,
                     double* v) {
  if (m == 0 || n == 0) return;
  const Scaled scaled(a, m, n);
  const bool wide = m < n;
  JacobiFactors factors = jacobi(wide ? Matrix(scaled.matrix.transpose()) : scaled.matrix);
  if (wide) factors.u.swap(factors.v);
  const PowerOfTwo factor(scaled.exponent);
  for (Eigen::Index j = 0; j < factors.s.size(); ++j) {
    s[j] = factor.times(factors.s(j));
    if (!points_down(factors.u.col(j))) continue;
    factors.u.col(j) *= -1;
    factors.v.col(j) *= -1;
  }
  write(factors.u, 0, u);
  write(factors.v, 0, v);
}

std::size_t singular_values_bytes(std::int64_t m, std::int64_t n) {
  return matrix_bytes(m, n, 5, 9);
}

}  // namespace deft
