#include "jacobi.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <deft/core/error.hpp>

#include "rotations.hpp"

namespace deft {
namespace {

using Eigen::Index;
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rotates the rows of `w` until they are orthogonal to each other, and those of `turned` with
/// them: M. R. Hestenes, "Inversion of matrices by biorthogonalization and related results" (1958).
/// At each turn the longest row left comes first: P. P. M. de Rijk, "A one-sided Jacobi algorithm
/// for computing the singular value decomposition on a vector computer" (1989).
class Orthogonalization {
 public:
  Orthogonalization(Rows& w, Rows& turned)
      : w_(w), turned_(turned), squares_(static_cast<std::size_t>(w.rows())) {}

  /// One pass over all pairs; whether all were orthogonal.
  bool sweep() {
    for (Index i = 0; i < w_.rows(); ++i)
      squares_[static_cast<std::size_t>(i)] =
          apply_.sums(w_.row(i).data(), w_.row(i).data(), w_.cols()).xx;
    bool orthogonal = true;
    for (Index p = 0; p + 1 < w_.rows(); ++p) {
      bring_longest(p);
      for (Index q = p + 1; q < w_.rows(); ++q) orthogonal = is_orthogonal(p, q) && orthogonal;
    }
    return orthogonal;
  }

 private:
  void bring_longest(Index p) {
    const auto first = squares_.begin() + p;
    const auto longest = std::max_element(first, squares_.end());
    if (longest == first) return;
    const Index q = longest - squares_.begin();
    w_.row(p).swap(w_.row(q));
    turned_.row(p).swap(turned_.row(q));
    std::iter_swap(first, longest);
  }

  /// Whether rows p and q are orthogonal; rotates them if not.
  bool is_orthogonal(Index p, Index q) {
    double* x = w_.row(p).data();
    double* y = w_.row(q).data();
    const PairSums sums = apply_.sums(x, y, w_.cols());
    if (!(std::abs(sums.xy) > tolerance_ * std::sqrt(sums.xx) * std::sqrt(sums.yy))) return true;
    const double zeta = (sums.yy - sums.xx) / (2 * sums.xy);
    const double tangent = std::copysign(1 / (std::abs(zeta) + std::hypot(1, zeta)), zeta);
    const double cosine = 1 / std::hypot(1, tangent);
    apply_.rotate(x, y, w_.cols(), cosine, cosine * tangent);
    apply_.rotate(turned_.row(p).data(), turned_.row(q).data(), turned_.cols(), cosine,
                  cosine * tangent);
    squares_[static_cast<std::size_t>(p)] = sums.xx - tangent * sums.xy;
    squares_[static_cast<std::size_t>(q)] = sums.yy + tangent * sums.xy;
    return false;
  }

  Rows& w_;
  Rows& turned_;
  std::vector<double> squares_;  // of the lengths of rows
  Rotations apply_ = rotations();
  // What rounding leaves of the cosine between orthogonal rows.
  double tolerance_ = 0x1p-52 * (2 + std::sqrt(static_cast<double>(w_.cols())));
};

/// Row `i` becomes a unit vector orthogonal to the rows before it: what is left, after two
/// projections, of the axis that lies least in their space.
void complete_row(Rows& rows, Index i) {
  const auto before = rows.topRows(i);
  Index axis = 0;
  before.colwise().squaredNorm().minCoeff(&axis);
  Eigen::RowVectorXd rest = Eigen::RowVectorXd::Unit(rows.cols(), axis);
  for (int pass = 0; pass < 2; ++pass) rest -= (rest * before.transpose()) * before;
  rows.row(i) = rest / rest.norm();
}

}  // namespace

/// With a P = Q R, which exchanges columns so that R falls off, the rows of R are rotated: the
/// method then ends soon, and what is small in R stays exact. K R = diag(s) W with orthogonal K and
/// W gives a = (Q K^T) diag(s) (P W^T)^T. Z. Drmac and K. Veselic, "New fast and accurate Jacobi
/// SVD algorithm" (2008).
JacobiFactors jacobi(const Eigen::MatrixXd& a) {
  const Index n = a.cols();
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(a);
  Rows w = qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
  Rows k = Rows::Identity(n, n);
  Orthogonalization rows(w, k);
  constexpr int most_sweeps = 100;  // about 5 are needed
  int sweeps = 0;
  while (!rows.sweep())
    if (++sweeps == most_sweeps)
      throw ValueError({.code = ErrorCode::numeric,
                        .message = "the singular values of a matrix [" + std::to_string(a.rows()) +
                                   ", " + std::to_string(n) + "] did not converge",
                        .cure = "please report the matrix"});

  Eigen::VectorXd lengths = w.rowwise().norm();
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, [&](Index i, Index j) { return lengths(i) > lengths(j); });
  JacobiFactors factors{Eigen::MatrixXd::Zero(a.rows(), n), Eigen::VectorXd(n), {}};
  Rows units(n, n);
  for (Index i = 0; i < n; ++i) {
    const Index from = order[static_cast<std::size_t>(i)];
    factors.s(i) = lengths(from);
    factors.u.col(i).head(n) = k.row(from);
    if (lengths(from) > 0)
      units.row(i) = w.row(from) / lengths(from);
    else
      complete_row(units, i);
  }
  factors.u.applyOnTheLeft(qr.householderQ());
  factors.v = qr.colsPermutation() * units.transpose();
  return factors;
}

}  // namespace deft
