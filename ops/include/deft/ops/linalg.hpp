#pragma once

#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// Optional arguments of matmul.
struct MatmulOptions {
  bool transpose_a = false;  // use the transpose of the last two dimensions of a
  bool transpose_b = false;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The matrix product [..., m, k] x [..., k, n] -> [..., m, n]; leading dimensions broadcast.
/// Numeric dtypes. A vector [k] is, as in NumPy's matmul, one row as `a` and one column as `b`, and
/// the result is without that dimension: [k] x [k] -> [], [..., m, k] x [k] -> [..., m]. A vector
/// is not to be transposed.
Output matmul(const Output& a, const Output& b, const MatmulOptions& options = {});

/// Sums of products by Einstein's convention, as NumPy's einsum: `einsum("bij,bjk->bik", {a, b})`.
/// Each letter, of either case, names a dimension; a dimension whose letter is not in the result is
/// summed over. Without "->" the result has the letters that occur once, in alphabetical order.
/// "..." stands for any number of leading dimensions, which broadcast; the result keeps them. A
/// letter twice in one operand takes the diagonal. More than two operands are contracted from left
/// to right. Numeric dtypes; one operand that is only permuted may be bool. Made of transpose,
/// reshape, matmul and reduce_sum, and so differentiable.
Output einsum(std::string_view equation, const std::vector<Output>& operands,
              const NodeOptions& options = {});

/// The sum of the diagonals [..., n, n] -> [...]. Numeric dtypes.
Output trace(const Output& a, const NodeOptions& options = {});

// From here on: matrices [..., m, n] whose leading dimensions, the batch, are treated one by one;
// of two operands they broadcast. Floating dtypes, computed in f64 and rounded once. A NaN or
// infinity in a matrix that is to be decomposed fails the run, as does what has no result: the
// error names the position within the batch. Gradients are made of public operations, so can be
// differentiated again, and are computed in the dtype of the operands.

/// The lower triangular L [..., n, n] with L L^T = a, where a is symmetric and positive definite.
/// Of an `a` that is not symmetric, the symmetric part (a + a^T) / 2 counts, so the gradient is
/// symmetric. Where a pivot is not positive, the run fails, naming its row and value. Gradient: I.
/// Murray, "Differentiation of the Cholesky decomposition" (2016).
Output cholesky(const Output& a, const NodeOptions& options = {});

/// Optional arguments of triangular_solve.
struct TriangularSolveOptions {
  bool lower = true;           // which triangle of a is read; the other is taken as zero
  bool transpose = false;      // solve with the transpose of that triangle
  bool unit_diagonal = false;  // the diagonal is not read and taken as one
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The x with T x = b for the triangle T of `a`: [..., n, n], [..., n, k] -> [..., n, k]. A zero on
/// the diagonal fails the run. NaN and infinity in `b` go through the arithmetic, as in solve.
Output triangular_solve(const Output& a, const Output& b,
                        const TriangularSolveOptions& options = {});

/// Optional arguments of solve.
struct SolveOptions {
  bool transpose = false;  // solve with the transpose of a
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The x with a x = b: [..., n, n], [..., n, k] -> [..., n, k], by LU with exchange of rows. A
/// pivot that is exactly zero fails the run, naming it; a matrix that is singular but for rounding
/// gives large numbers. Gradients of solve, inverse, det and slogdet: M. Giles, "Collected matrix
/// derivative results for forward and reverse mode algorithmic differentiation" (2008).
Output solve(const Output& a, const Output& b, const SolveOptions& options = {});

/// The inverse [..., n, n] -> [..., n, n]; fails as solve does. Where the inverse is only
/// multiplied, solve is faster and more accurate.
Output inverse(const Output& a, const NodeOptions& options = {});

/// The determinant [..., n, n] -> [...]; 0 of a matrix with a pivot that is exactly zero, 1 of
/// [0, 0]. The gradient is by the inverse: of a singular matrix it fails the run.
Output det(const Output& a, const NodeOptions& options = {});

/// What `slogdet` gives: det(a) = sign * exp(log_abs_det).
struct SignAndLogDet {
  Output sign;         // -1, 0 or 1
  Output log_abs_det;  // -infinity where the sign is 0
};

/// The determinant without overflow: [..., n, n] -> two of [...]. The sign has no gradient; that of
/// the logarithm fails the run where the matrix is singular.
SignAndLogDet slogdet(const Output& a, const NodeOptions& options = {});

/// What `eigh` gives: a = V diag(values) V^T.
struct SymmetricEigen {
  Output values;   // [..., n], ascending
  Output vectors;  // [..., n, n], orthonormal columns
};

/// Eigenvalues and eigenvectors of symmetric matrices [..., n, n]. Of an `a` that is not symmetric,
/// the symmetric part counts, as in cholesky. The component of each vector that is largest in
/// magnitude, the first of equal ones, is positive. Where eigenvalues are equal their vectors have
/// no derivative: a gradient that reaches the vectors is then infinite or NaN. That of the values
/// alone is always finite; of equal ones it is that of one order among several.
SymmetricEigen eigh(const Output& a, const NodeOptions& options = {});

/// What `svd` gives: a = U diag(s) V^T, with k = min(m, n).
struct SingularValues {
  Output u;  // [..., m, k], orthonormal columns
  Output s;  // [..., k], descending, not negative
  Output v;  // [..., n, k], orthonormal columns: V, not its transpose
};

/// The reduced singular value decomposition of [..., m, n], by Jacobi's method. The component of
/// each column of u that is largest in magnitude, the first of equal ones, is positive. Where
/// singular values are equal, or one is zero, u and v have no derivative: a gradient that reaches
/// them is then infinite or NaN. That of s alone is always finite. Gradient: J. Townsend,
/// "Differentiating the singular value decomposition" (2016).
SingularValues svd(const Output& a, const NodeOptions& options = {});

/// What `qr` gives: a = Q R, with k = min(m, n).
struct OrthogonalTriangular {
  Output q;  // [..., m, k], orthonormal columns
  Output r;  // [..., k, n], upper triangular, with a diagonal that is not negative
};

/// The reduced QR decomposition of [..., m, n] by Householder's reflections. The diagonal of R is
/// not negative, which makes the result unique where the first k columns are independent; LAPACK's
/// and so NumPy's signs may be others. Where they are dependent there is no derivative, and a zero
/// on that diagonal makes the gradient fail the run. Gradient: S. Walter and L. Lehmann,
/// "Algorithmic differentiation of linear algebra functions" (2010).
OrthogonalTriangular qr(const Output& a, const NodeOptions& options = {});

/// The Moore-Penrose inverse [..., m, n] -> [..., n, m] by singular values; those not over 1e-15 of
/// the largest count as zero, as in NumPy's pinv. The gradient holds while the rank stays the same.
Output pinv(const Output& a, const NodeOptions& options = {});

/// The number of singular values of [..., m, n] over eps * max(m, n) of the largest, as in NumPy's
/// matrix_rank: i64 [...].
Output matrix_rank(const Output& a, const NodeOptions& options = {});

/// The x of least norm that minimises |a x - b|: [..., m, n], [..., m, k] -> [..., n, k]; singular
/// values not over eps * max(m, n) of the largest count as zero, as in NumPy's lstsq. A NaN or
/// infinity in `b` fails the run, too.
Output lstsq(const Output& a, const Output& b, const NodeOptions& options = {});

/// What `lstsq_full` gives.
struct LeastSquares {
  Output solution;         // [..., n, k], what lstsq gives
  Output residual;         // [..., k]: the sum of the squares of a x - b, of each column
  Output rank;             // i64 [...], of a, what matrix_rank gives
  Output singular_values;  // [..., min(m, n)], of a, descending
};

/// lstsq with what tells how far to trust it. Unlike NumPy's, the residual is given for every rank.
/// What is not fetched is not computed.
LeastSquares lstsq_full(const Output& a, const Output& b, const NodeOptions& options = {});

}  // namespace deft
