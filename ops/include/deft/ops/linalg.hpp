#pragma once

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
/// Numeric dtypes.
Output matmul(const Output& a, const Output& b, const MatmulOptions& options = {});

/// The Moore-Penrose inverse [m, n] -> [n, m] by singular values; those not over 1e-15 of the
/// largest count as zero, as in NumPy's pinv. Floating dtypes, computed in f64. A NaN or infinity
/// in `a` fails the run.
Output pinv(const Output& a, const NodeOptions& options = {});

/// The x of least norm that minimises |a x - b|: [m, n], [m, k] -> [n, k]; singular values not over
/// eps * max(m, n) of the largest count as zero, as in NumPy's lstsq. Floating dtypes, computed in
/// f64. A NaN or infinity in `a` or `b` fails the run.
Output lstsq(const Output& a, const Output& b, const NodeOptions& options = {});

}  // namespace deft
