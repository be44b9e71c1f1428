#include <deft/ops/linalg.hpp>

#include <algorithm>
#include <span>
#include <type_traits>

#include <deft/core/op_def.hpp>
#include <deft/core/visit_dtype.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/math.hpp>

#include "kernels/decompositions/decompositions.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// [..., m, n] -> u [..., m, k], s [..., k], v [..., n, k] with k = min(m, n)
std::vector<TensorSpec> infer_svd(const InferContext& context) {
  require_floating(context);
  require_matrices(context, 0, "a");
  const TensorSpec& a = context.inputs[0];
  const Shape batch = batch_of(a.shape);
  const std::int64_t m = rows_of(a.shape);
  const std::int64_t n = columns_of(a.shape);
  const std::int64_t k = short_side(a.shape);
  return {{a.dtype, under_batch(batch, {m, k})},
          {a.dtype, under_batch(batch, {k})},
          {a.dtype, under_batch(batch, {n, k})}};
}

/// Allocates when it runs: Eigen's decompositions do.
Kernel prepare_svd(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const std::int64_t m = a.rows();
  const std::int64_t n = a.columns();
  const std::int64_t k = std::min(m, n);
  const MatrixOperand u("u", context.outputs[0]);
  const MatrixOperand s("s", {a.dtype(), {a.count(), 1, k}});
  const MatrixOperand v("v", context.outputs[2]);
  const auto run = [=](const KernelArgs& args, std::int64_t number, double* work) {
    const double* matrix = a.read_finite(args.inputs[0], number, work);
    work += a.work_size();
    double* of_u = u.begin(args.outputs[0], number, work);
    work += u.work_size();
    double* of_s = s.begin(args.outputs[1], number, work);
    double* of_v = v.begin(args.outputs[2], number, work + s.work_size());
    singular_values(matrix, m, n, of_u, of_s, of_v);
    u.finish(of_u, number, args.outputs[0]);
    s.finish(of_s, number, args.outputs[1]);
    v.finish(of_v, number, args.outputs[2]);
  };
  const double flops = 40 * static_cast<double>(a.size()) * static_cast<double>(k);
  return with_heap(
      make_matrix_kernel(run, a.count(), flops,
                         a.work_size() + u.work_size() + s.work_size() + v.work_size()),
      singular_values_bytes(m, n), context.threads);
}

/// s_j^2 - s_i^2     [..., k, k]
Output gaps_of(const Output& s) {
  const Output row = expand_dims(s, -2);
  const Output column = expand_dims(s, -1);
  return (row - column) * (row + column);
}

/// (G - U U^T G) / s, what of G is not in the space of U     [..., m, k]
Output beside(const Output& u, const Output& g, const Output& s) {
  return (g - matmul(u, matmul(u, g, {.transpose_a = true}))) / expand_dims(s, -2);
}

/// A = U S V^T, with S = diag(s) and G_U, g_s, G_V the gradients of the loss:
///   dloss/dA = U [diag(g_s) + turned(U, G_U) S + S turned(V, G_V)] V^T
///              + (I - U U^T) G_U S^-1 V^T + U S^-1 G_V^T (I - V V^T)     [..., m, n]
/// by J. Townsend, "Differentiating the singular value decomposition" (2016). The last two vanish
/// for a U or V that is known to be square.
std::vector<Output> grad_svd(const GradientContext& context) {
  const Output& u = context.outputs[0];
  const Output& s = context.outputs[1];
  const Output& v = context.outputs[2];
  const Output& g_u = context.grads[0];
  const Output& g_s = context.grads[1];
  const Output& g_v = context.grads[2];
  const auto is_square = [](const Output& x) {
    return rows_of(x.shape()) == columns_of(x.shape()) && rows_of(x.shape()) != Shape::unknown;
  };
  Output inner;  // [..., k, k]
  Output outer;  // [..., m, n]
  if (!g_s.is_empty()) inner = diag(g_s);
  if (!g_u.is_empty()) {
    inner = sum_of(inner, turned(u, g_u, gaps_of(s)) * expand_dims(s, -2));
    if (!is_square(u)) outer = matmul(beside(u, g_u, s), v, {.transpose_b = true});
  }
  if (!g_v.is_empty()) {
    inner = sum_of(inner, expand_dims(s, -1) * turned(v, g_v, gaps_of(s)));
    if (!is_square(v)) outer = sum_of(outer, matmul(u, beside(v, g_v, s), {.transpose_b = true}));
  }
  const Output main = matmul(matmul(u, inner), v, {.transpose_b = true});
  return {outer.is_empty() ? main : main + outer};
}

/// s [..., k], a [..., m, n] -> i64 [...]
std::vector<TensorSpec> infer_rank(const InferContext& context) {
  require_floating(context);
  return {{DType::i64, batch_of(context.inputs[1].shape)}};
}

/// Descending values over a fraction of the first.
Kernel prepare_rank(const KernelContext& context) {
  const Shape& s = context.inputs[0].shape;
  const std::int64_t k = s.dims()[s.rank() - 1];
  const std::int64_t count = context.outputs[0].shape.num_elements();
  const double cutoff = cutoff_of(Cutoff::dimensions, context.inputs[1]);
  return visit_floating(context.inputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    const auto run = [k, count, cutoff](const KernelArgs& args) {
      for (std::int64_t i = 0; i < count; ++i) {
        const T* values = args.input<T>(0) + i * k;
        args.output<std::int64_t>()[i] = std::count_if(values, values + k, [&](T value) {
          return static_cast<double>(value) > cutoff * static_cast<double>(values[0]);
        });
      }
    };
    return make_kernel(run, static_cast<double>(count * k));
  });
}

}  // namespace

extern constexpr OpDef svd{
    .name = "svd",
    .arity = {1, 1},
    .infer = infer_svd,
    .gradient = grad_svd,
    .kernel = prepare_svd,
};

extern constexpr OpDef matrix_rank{
    .name = "matrix_rank",
    .arity = {2, 2},
    .infer = infer_rank,
    .gradient = zero_gradients,
    .kernel = prepare_rank,
    .shape_only_inputs = 1U << 1,
};

constexpr const OpDef* svd_list[] = {&svd, &matrix_rank};
extern constexpr std::span<const OpDef* const> svd_ops = svd_list;

}  // namespace builtin

Output count_singular_values(const Output& s, const Output& a, const NodeOptions& options) {
  return add_node(builtin::matrix_rank, {s, a}, {}, options);
}

SingularValues svd(const Output& a, const NodeOptions& options) {
  const Outputs made = add_node(builtin::svd, {a}, {}, options);
  return {made[0], made[1], made[2]};
}

Output matrix_rank(const Output& a, const NodeOptions& options) {
  return count_singular_values(svd(a, {.where = options.where}).s, a, options);
}

}  // namespace deft
