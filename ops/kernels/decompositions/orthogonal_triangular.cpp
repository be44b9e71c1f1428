#include <algorithm>

#include "decompositions.hpp"
#include "memory.hpp"
#include "scaled.hpp"

namespace deft {

void orthogonal_triangular(const double* a, std::int64_t m, std::int64_t n, double* q, double* r) {
  if (m == 0 || n == 0) return;
  const Scaled scaled(a, m, n);
  const Eigen::HouseholderQR<Matrix> qr(scaled.matrix);
  const Eigen::Index k = std::min(m, n);
  Matrix left = qr.householderQ() * Matrix::Identity(m, k);
  Matrix right = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
  for (Eigen::Index i = 0; i < k; ++i) {
    if (!(right(i, i) < 0)) continue;
    right.row(i).tail(n - i) *= -1;  // the zeros before the diagonal keep their sign
    left.col(i) *= -1;
  }
  write(left, 0, q);
  write(right, scaled.exponent, r);
}

std::size_t orthogonal_triangular_bytes(std::int64_t m, std::int64_t n) {
  return matrix_bytes(m, n, 6, 3);
}

}  // namespace deft
