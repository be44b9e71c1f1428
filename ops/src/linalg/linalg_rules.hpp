#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/op_def.hpp>

#include "kernels/batch_layout.hpp"

namespace deft {

/// Input `index`, called `name` in the message, must be matrices [..., m, n].
void require_matrices(const InferContext& context, std::size_t index, const char* name);

/// Input `index` must be square matrices [..., n, n]; n, or Shape::unknown.
std::int64_t require_square(const InferContext& context, std::size_t index, const char* name);

/// a [..., m, n] and b [..., m, k] must have equally many rows; the broadcast of their batches.
Shape require_equations(const InferContext& context);

/// Shape rules: a [..., n, n] -> [..., n, n], and a [..., n, n], b [..., n, k] -> [..., n, k];
/// floating.
std::vector<TensorSpec> infer_square(const InferContext& context);
std::vector<TensorSpec> infer_square_equations(const InferContext& context);

/// The dimensions before the last two, and the last two.
Shape batch_of(const Shape& shape);
std::int64_t rows_of(const Shape& shape);
std::int64_t columns_of(const Shape& shape);

/// The smaller of rows and columns; unknown if either is.
std::int64_t short_side(const Shape& shape);

/// [batch, dims].
Shape under_batch(const Shape& batch, std::initializer_list<std::int64_t> dims);

/// Which matrices of inputs 0 and 1 each matrix of output 0 is made of.
BatchLayout batch_layout(const KernelContext& context);

/// The last two dimensions exchanged: [..., m, n] -> [..., n, m].
Output matrix_transpose(const Output& x);

/// x + y, of which x may be empty: y then.
Output sum_of(const Output& x, const Output& y);

/// F o (X - X^T) for X = V^T G, F_ij = 1 / gaps_ij, F_ii = 0: with G [..., m, k] the gradient of
/// orthonormal V [..., m, k], and gaps [..., k, k], zero on the diagonal.
Output turned(const Output& v, const Output& g, const Output& gaps);

/// Which singular values of a matrix count as zero: those not over a fraction of the largest.
enum class Cutoff {
  fixed,       // 1e-15, as in numpy.linalg.pinv
  dimensions,  // eps(dtype) * max(m, n), as in numpy.linalg.lstsq
};

/// That fraction.
double cutoff_of(Cutoff rule, const TensorSpec& matrices);

/// pinv under another rule: the gradient of lstsq must see the rank that lstsq saw.
Output pinv_with_cutoff(const Output& a, Cutoff rule, const NodeOptions& options = {});

/// How many of the singular values s [..., k] of a [..., m, n] are over the cutoff by dimensions:
/// i64 [...].
Output count_singular_values(const Output& s, const Output& a, const NodeOptions& options);

}  // namespace deft
