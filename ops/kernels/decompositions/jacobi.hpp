#pragma once

#include "eigen.hpp"

namespace deft {

/// a = U diag(s) V^T for a [m, n], m >= n: u [m, n], s [n], descending, v [n, n].
struct JacobiFactors {
  Eigen::MatrixXd u;
  Eigen::VectorXd s;
  Eigen::MatrixXd v;
};

/// Singular values by Jacobi's method: it leaves those that should be zero at 1e-16 of the largest,
/// where the faster BDCSVD of Eigen 3.4 leaves up to 2e-15, which counts, and is wrong in the
/// second digit for some matrices of low rank. `a` is tall and of the size of 1. Throws ValueError
/// if the method does not end.
JacobiFactors jacobi(const Eigen::MatrixXd& a);

}  // namespace deft
