#include <deft/ops/linalg.hpp>

#include <span>

#include <deft/core/op_def.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/math.hpp>

#include "kernels/decompositions/decompositions.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// [..., m, n] -> q [..., m, k], r [..., k, n] with k = min(m, n)
std::vector<TensorSpec> infer_qr(const InferContext& context) {
  require_floating(context);
  require_matrices(context, 0, "a");
  const TensorSpec& a = context.inputs[0];
  const Shape batch = batch_of(a.shape);
  const std::int64_t k = short_side(a.shape);
  return {{a.dtype, under_batch(batch, {rows_of(a.shape), k})},
          {a.dtype, under_batch(batch, {k, columns_of(a.shape)})}};
}

/// Allocates when it runs: Eigen's decompositions do.
Kernel prepare_qr(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const MatrixOperand q("q", context.outputs[0]);
  const MatrixOperand r("r", context.outputs[1]);
  const auto run = [=](const KernelArgs& args, std::int64_t number, double* work) {
    const double* matrix = a.read_finite(args.inputs[0], number, work);
    work += a.work_size();
    double* of_q = q.begin(args.outputs[0], number, work);
    double* of_r = r.begin(args.outputs[1], number, work + q.work_size());
    orthogonal_triangular(matrix, a.rows(), a.columns(), of_q, of_r);
    q.finish(of_q, number, args.outputs[0]);
    r.finish(of_r, number, args.outputs[1]);
  };
  const double flops = 4 * static_cast<double>(a.size()) * static_cast<double>(q.columns());
  return with_heap(
      make_matrix_kernel(run, a.count(), flops, a.work_size() + q.work_size() + r.work_size()),
      orthogonal_triangular_bytes(a.rows(), a.columns()), context.threads);
}

/// X = Q U with square U, G_Q [..., m, k] and G_U [..., k, k] the gradients of the loss, each empty
/// or not:
///   dloss/dX = (G_Q + Q C(U G_U^T - G_Q^T Q)) U^-T     [..., m, k]
/// where C takes the lower triangle of a matrix to a symmetric one. S. Walter and L. Lehmann
/// (2010); H.-J. Liao et al., "Differentiable programming tensor networks" (2019), equation 12.
Output grad_tall_qr(const Output& q, const Output& u, const Output& g_q, const Output& g_u) {
  Output product;  // [..., k, k]
  if (!g_u.is_empty()) product = matmul(u, g_u, {.transpose_b = true});
  if (!g_q.is_empty()) product = sum_of(product, -matmul(g_q, q, {.transpose_a = true}));
  const Output symmetric = tril(product) + matrix_transpose(tril(product, -1));
  const Output of_q = matmul(q, symmetric);
  const Output left = sum_of(g_q, of_q);  // [..., m, k]
  return matrix_transpose(triangular_solve(u, matrix_transpose(left), {.lower = false}));
}

/// Where A is wide, A = Q [U, V] with square U: with E = [I, 0] [k, n], U = R E^T, so X = A E^T is
/// as above but for what V = Q^T A adds to G_Q, and the other columns of A receive those of Q G_R.
std::vector<Output> grad_qr(const GradientContext& context) {
  const Output& a = context.inputs[0];
  const Output& q = context.outputs[0];
  const Output& r = context.outputs[1];
  const Output& g_q = context.grads[0];
  const Output& g_r = context.grads[1];
  const std::int64_t n = columns_of(a.shape());
  const bool tall = n != Shape::unknown && rows_of(a.shape()) >= n;
  if (tall) return {grad_tall_qr(q, r, g_q, g_r)};

  const Output e = eye_like(r);                          // [..., k, n]
  const Output u = matmul(r, e, {.transpose_b = true});  // [..., k, k]
  if (g_r.is_empty()) return {matmul(grad_tall_qr(q, u, g_q, g_r), e)};
  const Output g_u = matmul(g_r, e, {.transpose_b = true});   // [..., k, k]
  const Output g_v = g_r - matmul(g_u, e);                    // [..., k, n], zeros for U
  const Output by_v = matmul(a, g_v, {.transpose_b = true});  // [..., m, k]
  const Output g_x = grad_tall_qr(q, u, sum_of(g_q, by_v), g_u);
  return {matmul(g_x, e) + matmul(q, g_v)};
}

}  // namespace

extern constexpr OpDef qr{
    .name = "qr",
    .arity = {1, 1},
    .infer = infer_qr,
    .gradient = grad_qr,
    .kernel = prepare_qr,
};

constexpr const OpDef* qr_list[] = {&qr};
extern constexpr std::span<const OpDef* const> qr_ops = qr_list;

}  // namespace builtin

OrthogonalTriangular qr(const Output& a, const NodeOptions& options) {
  const Outputs made = add_node(builtin::qr, {a}, {}, options);
  return {made[0], made[1]};
}

}  // namespace deft
