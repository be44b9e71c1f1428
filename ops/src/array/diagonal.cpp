#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>

#include "kernels/movement/matrices.hpp"
#include "kernels/movement/strided_copy.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

void require_rank(const InferContext& context, const Shape& shape, std::size_t least,
                  const char* what) {
  if (shape.rank() < least)
    context.fail(ErrorCode::shape_mismatch,
                 "the rank of " + shape.to_string() + " is " + std::to_string(shape.rank()) +
                     ", but " + what + " has " + std::to_string(least) + " dimensions at least",
                 "add dimensions with expand_dims");
}

/// [..., n, m] -> [..., min(n, m)]
Shape diagonal_of(const Shape& matrices) {
  const std::size_t rank = matrices.rank();
  std::vector<std::int64_t> dims(matrices.dims().begin(), matrices.dims().end() - 1);
  const std::int64_t columns = matrices.dims()[rank - 1];
  const bool unknown = dims[rank - 2] == Shape::unknown || columns == Shape::unknown;
  dims[rank - 2] = unknown ? Shape::unknown : std::min(dims[rank - 2], columns);
  return Shape(dims);
}

/// x [..., n] -> [..., n, n]
std::vector<TensorSpec> infer_diag(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  require_rank(context, x.shape, 1, "a diagonal");
  require_higher_rank(context, x.shape.rank());
  std::vector<std::int64_t> dims(x.shape.dims().begin(), x.shape.dims().end());
  dims.push_back(dims.back());
  return {{x.dtype, Shape(dims)}};
}

/// x [..., min(n, m)], like [..., n, m] -> [..., n, m] of x's dtype
std::vector<TensorSpec> infer_diag_like(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape& like = context.inputs[1].shape;
  require_rank(context, like, 2, "a matrix");
  const Shape diagonal = diagonal_of(like);
  if (!diagonal.is_compatible_with(x.shape))
    context.fail(ErrorCode::shape_mismatch,
                 "x has the shape " + x.shape.to_string() + ", but the diagonals of " +
                     like.to_string() + " have " + diagonal.to_string(),
                 "x must have the shape of diag_part(like)");
  return {{x.dtype, like}};
}

/// x [..., n, m] -> [..., min(n, m)]
std::vector<TensorSpec> infer_diag_part(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  require_rank(context, x.shape, 2, "a matrix");
  return {{x.dtype, diagonal_of(x.shape)}};
}

/// x [..., n, m] -> [..., n, m]
std::vector<TensorSpec> infer_triangle(const InferContext& context) {
  require_rank(context, context.inputs[0].shape, 2, "a matrix");
  return {context.inputs[0]};
}

/// The diagonals of dy, of which alone the result consists; of `like` only the shape matters.
std::vector<Output> gradient_diag(const GradientContext& context) {
  std::vector<Output> entries(context.inputs.size());
  entries[0] = diag_part(context.grads[0]);
  return entries;
}

/// dy on the diagonals of zeros of the shape of x
std::vector<Output> gradient_diag_part(const GradientContext& context) {
  return {diag_like(context.grads[0], context.inputs[0])};
}

/// dy with the same zeros
std::vector<Output> gradient_tril(const GradientContext& context) {
  return {tril(context.grads[0], context.attributes().get<std::int64_t>("k"))};
}
std::vector<Output> gradient_triu(const GradientContext& context) {
  return {triu(context.grads[0], context.attributes().get<std::int64_t>("k"))};
}

Kernel prepare_diag(const KernelContext& context) { return diagonal_matrix_kernel(context); }

Kernel prepare_diag_part(const KernelContext& context) {
  const Shape& from = context.inputs[0].shape;
  const std::size_t last = from.rank() - 1;
  Strides strides = dense_strides(from);
  strides[last - 1] += strides[last];
  return strided_copy_kernel(0, strides, context);
}

Kernel prepare_tril(const KernelContext& context) {
  return triangle_kernel(Triangle::lower, context.attributes.get<std::int64_t>("k"), context);
}
Kernel prepare_triu(const KernelContext& context) {
  return triangle_kernel(Triangle::upper, context.attributes.get<std::int64_t>("k"), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef diag{
    .name = "diag",
    .arity = {1, 1},
    .infer = infer_diag,
    .gradient = gradient_diag,
    .kernel = prepare_diag,
};

extern constexpr OpDef diag_like{
    .name = "diag_like",
    .arity = {2, 2},
    .infer = infer_diag_like,
    .gradient = gradient_diag,
    .kernel = prepare_diag,
    .shape_only_inputs = 1U << 1,
};

extern constexpr OpDef diag_part{
    .name = "diag_part",
    .arity = {1, 1},
    .infer = infer_diag_part,
    .gradient = gradient_diag_part,
    .kernel = prepare_diag_part,
};

extern constexpr OpDef tril{
    .name = "tril",
    .arity = {1, 1},
    .infer = infer_triangle,
    .gradient = gradient_tril,
    .kernel = prepare_tril,
};

extern constexpr OpDef triu{
    .name = "triu",
    .arity = {1, 1},
    .infer = infer_triangle,
    .gradient = gradient_triu,
    .kernel = prepare_triu,
};

constexpr const OpDef* diagonal_list[] = {&diag, &diag_like, &diag_part, &tril, &triu};
extern constexpr std::span<const OpDef* const> diagonal_ops = diagonal_list;

}  // namespace builtin

Output diag(const Output& x, const NodeOptions& options) {
  return add_node(builtin::diag, {x}, {}, options);
}

Output diag_like(const Output& x, const Output& like, const NodeOptions& options) {
  return add_node(builtin::diag_like, {x, like}, {}, options);
}

Output diag_part(const Output& x, const NodeOptions& options) {
  return add_node(builtin::diag_part, {x}, {}, options);
}

Output tril(const Output& x, std::int64_t k, const NodeOptions& options) {
  return add_node(builtin::tril, {x}, {{"k", k}}, options);
}

Output triu(const Output& x, std::int64_t k, const NodeOptions& options) {
  return add_node(builtin::triu, {x}, {{"k", k}}, options);
}

Output eye(const Graph& graph, DType dtype, std::int64_t rows, std::int64_t columns, std::int64_t k,
           const NodeOptions& options) {
  const std::array<std::int64_t, 2> dims{rows, columns};
  return eye_like(zeros(graph, dtype, Shape(dims, options.where), {.where = options.where}), k,
                  options);
}

Output eye(const Graph& graph, DType dtype, std::int64_t rows, std::int64_t columns,
           const NodeOptions& options) {
  return eye(graph, dtype, rows, columns, 0, options);
}

Output eye(const Graph& graph, DType dtype, std::int64_t rows, const NodeOptions& options) {
  return eye(graph, dtype, rows, rows, options);
}

Output eye_like(const Output& like, std::int64_t k, const NodeOptions& options) {
  const NodeOptions here{.where = options.where};
  if (k == 0) return diag_like(ones_like(diag_part(like, here), here), like, options);
  return tril(triu(ones_like(like, here), k, here), k, options);
}

Output eye_like(const Output& like, const NodeOptions& options) {
  return eye_like(like, 0, options);
}

}  // namespace deft
