#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <deft/ops/diagonal.hpp>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

constexpr std::int64_t most_product_flops = 400'000;

/// A value of rank 2 or more, or a new matrix.
inline Output any_matrix(GrowingGraph& g) {
  Output found = g.pick(
      [](const TensorSpec& spec) { return is_numeric(spec.dtype) && spec.shape.rank() >= 2; });
  if (!found.is_empty() && !g.draws.one_in(3)) return found;
  const DType dtype = g.draws.numeric();
  const std::size_t rank = g.draws.of<std::size_t>({2, 2, 2, 3, 4});
  return g.source({dtype, g.draws.shape(rank, g.traits.most_elements, g.traits.empty)});
}

/// A value of this dtype and shape, or the transpose of one: of the last two dimensions.
inline Output maybe_transposed(GrowingGraph& g, const TensorSpec& spec) {
  if (!g.draws.one_in(3)) return g.of(spec);
  std::vector<std::int64_t> dims = dims_of(spec.shape);
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < dims.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  std::swap(dims[dims.size() - 2], dims[dims.size() - 1]);
  std::swap(axes[axes.size() - 2], axes[axes.size() - 1]);
  const Output x = g.of({spec.dtype, Shape(dims)});
  return transpose(x, axes);
}

/// The leading dimensions of the other operand, which broadcast.
inline std::vector<std::int64_t> batch_beside(GrowingGraph& g, const Shape& shape) {
  std::vector<std::int64_t> dims = dims_of(shape);
  dims.resize(dims.size() - 2);
  if (dims.empty() && g.draws.one_in(4)) return {g.draws.of<std::int64_t>({1, 2, 3, 5})};
  return dims_of(narrower(g.draws, Shape(dims)));
}

inline Output add_product(GrowingGraph& g) {
  const Output a = any_matrix(g);
  const TensorSpec spec = g.spec(a);
  const std::int64_t rows = spec.shape[spec.shape.rank() - 2];
  const std::int64_t columns = spec.shape[spec.shape.rank() - 1];
  const bool first = g.draws.one_in(2);  // a is the first operand
  const bool flag = g.draws.one_in(2);   // a is transposed
  const bool other_flag = g.draws.one_in(2);
  const std::int64_t inner = flag == first ? rows : columns;
  const std::int64_t outer = flag == first ? columns : rows;
  const std::int64_t count = std::max<std::int64_t>(spec.shape.num_elements(), 1);
  const std::int64_t most = std::min(most_product_flops / count, g.traits.most_elements);
  const std::int64_t free = g.draws.dim(std::max<std::int64_t>(
      std::min(most, g.traits.most_elements * inner / std::max<std::int64_t>(outer * inner, 1)),
      1));
  std::vector<std::int64_t> dims = batch_beside(g, spec.shape);
  dims.push_back(other_flag == first ? free : inner);
  dims.push_back(other_flag == first ? inner : free);
  const Output b = maybe_transposed(g, {spec.dtype, Shape(dims)});
  return first ? matmul(a, b, {.transpose_a = flag, .transpose_b = other_flag})
               : matmul(b, a, {.transpose_a = other_flag, .transpose_b = flag});
}

/// Finite values of a matrix that is small enough to decompose.
inline Output any_finite_matrix(GrowingGraph& g) {
  Output x = g.pick([](const TensorSpec& spec) {
    const Shape& shape = spec.shape;
    return is_floating(spec.dtype) && shape.rank() == 2 && shape.num_elements() <= 300;
  });
  if (x.is_empty() || g.draws.one_in(2)) {
    const DType dtype = g.draws.floating();
    x = g.source({dtype, g.draws.shape(2, 200, g.traits.empty)});
  }
  return g.traits.fails ? x : where(less(abs(x), 1e3), x, 0.5);
}

inline Output add_pinv(GrowingGraph& g) { return pinv(any_finite_matrix(g)); }

inline Output add_lstsq(GrowingGraph& g) {
  const Output a = any_finite_matrix(g);
  const TensorSpec spec = g.spec(a);
  const std::int64_t columns = g.draws.dim(7, g.traits.empty);
  const Output b = maybe_transposed(g, {spec.dtype, {spec.shape[0], columns}});
  return lstsq(a, b);
}

/// x x^T + I, whose decompositions exist, for the x of any_finite_matrix.
inline Output any_positive_definite(GrowingGraph& g) {
  const Output x = any_finite_matrix(g);
  const Output gram = matmul(x, x, {.transpose_b = true});
  return gram + eye_like(gram);
}

inline Output add_cholesky(GrowingGraph& g) { return cholesky(any_positive_definite(g)); }
inline Output add_inverse(GrowingGraph& g) { return inverse(any_positive_definite(g)); }
inline Output add_det(GrowingGraph& g) { return det(any_positive_definite(g)); }
inline Output add_slogdet(GrowingGraph& g) { return slogdet(any_positive_definite(g)).log_abs_det; }
inline Output add_eigh(GrowingGraph& g) { return eigh(any_positive_definite(g)).values; }
inline Output add_matrix_rank(GrowingGraph& g) { return matrix_rank(any_finite_matrix(g)); }

/// Right sides for a matrix, transposed or not.
inline Output sides_for(GrowingGraph& g, const Output& a) {
  const TensorSpec spec = g.spec(a);
  return maybe_transposed(g, {spec.dtype, {spec.shape[0], g.draws.dim(7, g.traits.empty)}});
}

inline Output add_solve(GrowingGraph& g) {
  const Output a = any_positive_definite(g);
  return solve(a, sides_for(g, a), {.transpose = g.draws.one_in(2)});
}

inline Output add_triangular_solve(GrowingGraph& g) {
  const Output a = any_positive_definite(g);
  return triangular_solve(a, sides_for(g, a),
                          {.lower = g.draws.one_in(2),
                           .transpose = g.draws.one_in(2),
                           .unit_diagonal = g.draws.one_in(3)});
}

inline Output add_svd(GrowingGraph& g) {
  const auto [u, s, v] = svd(any_finite_matrix(g));
  return g.draws.one_in(3) ? s : g.draws.one_in(2) ? u : v;
}

inline Output add_qr(GrowingGraph& g) {
  const auto [q, r] = qr(any_finite_matrix(g));
  return g.draws.one_in(2) ? q : r;
}

inline std::vector<GrowthRow> linalg_growth() {
  return {{"cholesky", add_cholesky},
          {"det", add_det},
          {"eigh", add_eigh},
          {"inverse", add_inverse},
          {"lstsq", add_lstsq},
          {"matmul", add_product},
          {"matrix_rank", add_matrix_rank},
          {"pinv", add_pinv},
          {"qr", add_qr},
          {"slogdet", add_slogdet},
          {"solve", add_solve},
          {"svd", add_svd},
          {"triangular_solve", add_triangular_solve}};
}

}  // namespace deft
