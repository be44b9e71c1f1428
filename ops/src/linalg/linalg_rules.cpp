#include "linalg_rules.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>

#include "shape_rules.hpp"

namespace deft {

void require_matrices(const InferContext& context, std::size_t index, const char* name) {
  const Shape& shape = context.inputs[index].shape;
  if (shape.rank() < 2)
    context.fail(ErrorCode::shape_mismatch,
                 std::string(name) + " has the shape " + shape.to_string() +
                     ", but a matrix has rank 2 or more",
                 "give a vector a second dimension with expand_dims");
}

std::int64_t require_square(const InferContext& context, std::size_t index, const char* name) {
  require_matrices(context, index, name);
  const Shape& shape = context.inputs[index].shape;
  const std::int64_t m = rows_of(shape);
  const std::int64_t n = columns_of(shape);
  if (m != n && m != Shape::unknown && n != Shape::unknown)
    context.fail(ErrorCode::shape_mismatch,
                 std::string(name) + " " + shape.to_string() + " has " + std::to_string(m) +
                     " rows and " + std::to_string(n) + " columns",
                 "only square matrices are taken; lstsq, pinv, svd and qr take others");
  return m == Shape::unknown ? n : m;
}

Shape require_equations(const InferContext& context) {
  const Shape& a = context.inputs[0].shape;
  const Shape& b = context.inputs[1].shape;
  const std::int64_t of_a = rows_of(a);
  const std::int64_t of_b = rows_of(b);
  if (of_a != of_b && of_a != Shape::unknown && of_b != Shape::unknown)
    context.fail(ErrorCode::shape_mismatch,
                 "a " + a.to_string() + " has " + std::to_string(of_a) + " rows, b " +
                     b.to_string() + " has " + std::to_string(of_b),
                 "a and b need one row per equation");
  return broadcast_shapes(context, batch_of(a), batch_of(b), "the batches");
}

std::vector<TensorSpec> infer_square(const InferContext& context) {
  require_floating(context);
  const std::int64_t n = require_square(context, 0, "a");
  const TensorSpec& a = context.inputs[0];
  return {{a.dtype, under_batch(batch_of(a.shape), {n, n})}};
}

std::vector<TensorSpec> infer_square_equations(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const std::int64_t n = require_square(context, 0, "a");
  require_matrices(context, 1, "b");
  const TensorSpec& b = context.inputs[1];
  const std::int64_t rows = n == Shape::unknown ? rows_of(b.shape) : n;
  return {{b.dtype, under_batch(require_equations(context), {rows, columns_of(b.shape)})}};
}

Shape batch_of(const Shape& shape) { return Shape(shape.dims().first(shape.rank() - 2)); }
std::int64_t rows_of(const Shape& shape) { return shape.dims()[shape.rank() - 2]; }
std::int64_t columns_of(const Shape& shape) { return shape.dims()[shape.rank() - 1]; }

// Shape::unknown is less than any dimension.
std::int64_t short_side(const Shape& shape) { return std::min(rows_of(shape), columns_of(shape)); }

Shape under_batch(const Shape& batch, std::initializer_list<std::int64_t> dims) {
  std::vector<std::int64_t> all(batch.dims().begin(), batch.dims().end());
  all.insert(all.end(), dims);
  return Shape(std::span<const std::int64_t>(all));
}

BatchLayout batch_layout(const KernelContext& context) {
  return {batch_of(context.outputs[0].shape), batch_of(context.inputs[0].shape),
          batch_of(context.inputs[1].shape)};
}

Output matrix_transpose(const Output& x) {
  std::vector<std::int64_t> axes(x.shape().rank());
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<std::int64_t>(i);
  std::swap(axes[axes.size() - 2], axes[axes.size() - 1]);
  return transpose(x, axes);
}

Output sum_of(const Output& x, const Output& y) { return x.is_empty() ? y : x + y; }

Output turned(const Output& v, const Output& g, const Output& gaps) {
  const Output product = matmul(v, g, {.transpose_a = true});
  const Output ones = eye_like(product);
  return (1 / (gaps + ones) - ones) * (product - matrix_transpose(product));
}

double cutoff_of(Cutoff rule, const TensorSpec& matrices) {
  if (rule == Cutoff::fixed) return 1e-15;
  const double eps = matrices.dtype == DType::f32
                         ? static_cast<double>(std::numeric_limits<float>::epsilon())
                         : std::numeric_limits<double>::epsilon();
  return eps * static_cast<double>(std::max(rows_of(matrices.shape), columns_of(matrices.shape)));
}

}  // namespace deft
