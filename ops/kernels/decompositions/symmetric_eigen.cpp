#include <string>

#include <deft/core/error.hpp>

#include "decompositions.hpp"
#include "memory.hpp"
#include "scaled.hpp"
#include "unique_signs.hpp"

#include <Eigen/Eigenvalues>

namespace deft {

void symmetric_eigen(const double* a, std::int64_t n, double* values, double* vectors) {
  if (n == 0) return;
  const Scaled scaled(a, n, n);
  const Matrix symmetric = 0.5 * scaled.matrix + 0.5 * scaled.matrix.transpose();
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(symmetric);
  if (solver.info() != Eigen::Success)
    throw ValueError({.code = ErrorCode::numeric,
                      .message = "the eigenvalues of a matrix [" + std::to_string(n) + ", " +
                                 std::to_string(n) + "] did not converge",
                      .cure = "please report the matrix"});
  const PowerOfTwo factor(scaled.exponent);
  for (Eigen::Index i = 0; i < n; ++i) values[i] = factor.times(solver.eigenvalues()(i));
  Matrix v = solver.eigenvectors();
  for (Eigen::Index j = 0; j < n; ++j)
    if (points_down(v.col(j))) v.col(j) *= -1;
  write(v, 0, vectors);
}

std::size_t symmetric_eigen_bytes(std::int64_t n) { return matrix_bytes(n, n, 0, 6); }

}  // namespace deft
