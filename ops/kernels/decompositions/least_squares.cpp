#include "least_squares.hpp"

#include <algorithm>

#include "double_word.hpp"
#include "jacobi.hpp"
#include "memory.hpp"
#include "scaled.hpp"

namespace deft {
namespace {

using Eigen::Index;

/// F = Q R for a tall F [m, n], m >= n, and, unless it is certain that all singular values of R
/// count, R = U S V^T without those that do not.
class Factors {
 public:
  Factors(const Matrix& f, double cutoff)
      : qr_(f), r_(qr_.matrixQR().topRows(f.cols()).triangularView<Eigen::Upper>()) {
    const Matrix inverse =
        r_.triangularView<Eigen::Upper>().solve(Matrix::Identity(f.cols(), f.cols()));
    // The smallest singular value is at least 1 / |R^-1|, the largest at most |R|.
    has_full_rank_ = cutoff * r_.norm() * inverse.norm() < 1;
    if (!has_full_rank_) decompose(cutoff);
  }

  bool has_full_rank() const { return has_full_rank_; }
  Index rows() const { return qr_.rows(); }
  Index columns() const { return qr_.cols(); }

  /// Q^T b and Q b for b [m, k].
  Matrix rotate(const Matrix& b) const { return qr_.householderQ().adjoint() * b; }
  Matrix rotate_back(const Matrix& b) const { return qr_.householderQ() * b; }

  /// R^+ d and (R^T)^+ d for d [n, k].
  Matrix solve(const Matrix& d) const {
    if (has_full_rank_) return r_.triangularView<Eigen::Upper>().solve(d);
    return v_ * (s_.cwiseInverse().asDiagonal() * (u_.transpose() * d));
  }
  Matrix solve_transposed(const Matrix& d) const {
    if (has_full_rank_) return r_.transpose().triangularView<Eigen::Lower>().solve(d);
    return u_ * (s_.cwiseInverse().asDiagonal() * (v_.transpose() * d));
  }

 private:
  void decompose(double cutoff) {
    const JacobiFactors svd = jacobi(r_);
    Index rank = 0;
    while (rank < svd.s.size() && svd.s(rank) > cutoff * svd.s(0)) ++rank;
    s_ = svd.s.head(rank);
    u_ = svd.u.leftCols(rank);
    v_ = svd.v.leftCols(rank);
  }

  Eigen::HouseholderQR<Matrix> qr_;
  Matrix r_;
  bool has_full_rank_ = false;
  Eigen::VectorXd s_;
  Matrix u_;
  Matrix v_;
};

/// r [m, k] and x [n, k] with r + F x = f and F^T r = g: for g = 0 the least squares solution x and
/// its residual, for f = 0 the r of least norm with F^T r = g.
struct Augmented {
  Matrix r;
  Matrix x;
};

/// With Q^T f = [d; e] and h = (R^T)^+ g: x = R^+ (d - h), r = Q [h + (I - R R^+) d; e].
/// A. Bjorck, "Solving linear least squares problems by Gram-Schmidt orthogonalization" (1967).
Augmented solve(const Factors& factors, const Matrix& f, const Matrix& g) {
  Matrix rotated = factors.rotate(f);
  const Matrix h = factors.solve_transposed(g);
  const Matrix d = rotated.topRows(factors.columns());
  Augmented solution;
  solution.x = factors.solve(d - h);
  rotated.topRows(factors.columns()) = h;
  solution.r = factors.rotate_back(rotated);
  return solution;
}

/// One step of A. Bjorck, "Iterative refinement of linear least squares solutions I" (1967), for a
/// matrix of full rank: residuals in twice the working precision, corrected with the same factors.
/// It takes the error from about eps * cond(F)^2 * |r| to eps * cond(F) of that.
void refine(const Factors& factors, const Matrix& matrix, const Matrix& f, const Matrix& g,
            Augmented& solution) {
  Matrix f_left(f.rows(), f.cols());
  Matrix g_left(g.rows(), g.cols());
  for (Index j = 0; j < f.cols(); ++j) {
    for (Index i = 0; i < f.rows(); ++i) {
      DoubleWord sum{f(i, j)};
      sum.add(-solution.r(i, j));
      for (Index p = 0; p < matrix.cols(); ++p) sum.add_product(-matrix(i, p), solution.x(p, j));
      f_left(i, j) = sum.value();
    }
    for (Index p = 0; p < g.rows(); ++p) {
      DoubleWord sum{g(p, j)};
      for (Index i = 0; i < matrix.rows(); ++i) sum.add_product(-matrix(i, p), solution.r(i, j));
      g_left(p, j) = sum.value();
    }
  }
  const Augmented correction = solve(factors, f_left, g_left);
  solution.r += correction.r;
  solution.x += correction.x;
}

}  // namespace

std::size_t pseudo_inverse_bytes(std::int64_t m, std::int64_t n) {
  return matrix_bytes(m, n, 4, 12);
}

std::size_t least_squares_bytes(std::int64_t m, std::int64_t n, std::int64_t k) {
  return matrix_bytes(m, n, 3, 12, k, 8);
}

void pseudo_inverse(const double* a, std::int64_t m, std::int64_t n, double cutoff,
                    double* inverse) {
  if (m == 0 || n == 0) return;
  const Scaled scaled(a, m, n);
  const bool wide = m < n;
  const Factors factors(wide ? Matrix(scaled.matrix.transpose()) : scaled.matrix, cutoff);
  Matrix transposed = Matrix::Zero(factors.rows(), factors.columns());
  transposed.topRows(factors.columns()) =
      factors.solve_transposed(Matrix::Identity(factors.columns(), factors.columns()));
  transposed = factors.rotate_back(transposed);
  write(wide ? transposed : Matrix(transposed.transpose()), -scaled.exponent, inverse);
}

void least_squares(const double* a, const double* b, std::int64_t m, std::int64_t n, std::int64_t k,
                   const LeastSquaresRules& rules, double* x) {
  if (n == 0 || k == 0) return;
  if (m == 0) {
    std::fill_n(x, n * k, 0.0);
    return;
  }
  const Scaled left(a, m, n);
  const Scaled right(b, m, k);
  const bool wide = m < n;
  const Matrix tall = wide ? Matrix(left.matrix.transpose()) : left.matrix;
  const Factors factors(tall, rules.cutoff);
  const Matrix f = wide ? Matrix(Matrix::Zero(n, k)) : right.matrix;
  const Matrix g = wide ? right.matrix : Matrix(Matrix::Zero(n, k));
  Augmented solution = solve(factors, f, g);
  if (rules.refine && factors.has_full_rank()) refine(factors, tall, f, g, solution);
  write(wide ? solution.r : solution.x, right.exponent - left.exponent, x);
}

}  // namespace deft
