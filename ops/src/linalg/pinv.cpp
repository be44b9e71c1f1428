#include <deft/ops/linalg.hpp>

#include <algorithm>
#include <span>

#include <deft/core/op_def.hpp>
#include <deft/ops/math.hpp>

#include "kernels/decompositions/least_squares.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// [..., m, n] -> [..., n, m]
std::vector<TensorSpec> infer_pinv(const InferContext& context) {
  require_floating(context);
  require_matrices(context, 0, "a");
  const TensorSpec& a = context.inputs[0];
  return {{a.dtype, under_batch(batch_of(a.shape), {columns_of(a.shape), rows_of(a.shape)})}};
}

/// Allocates when it runs: Eigen's decompositions do.
Kernel prepare_pinv(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const MatrixOperand p("p", context.outputs[0]);
  const std::int64_t m = a.rows();
  const std::int64_t n = a.columns();
  const bool by_dimensions = context.attributes.get<bool>("cutoff_by_dimensions");
  const double cutoff =
      cutoff_of(by_dimensions ? Cutoff::dimensions : Cutoff::fixed, context.inputs[0]);
  const auto long_side = static_cast<double>(std::max(m, n));
  const auto short_side = static_cast<double>(std::min(m, n));
  const auto run = [=](const KernelArgs& args, std::int64_t number, double* work) {
    const double* matrix = a.read_finite(args.inputs[0], number, work);
    double* inverse = p.begin(args.outputs[0], number, work + a.work_size());
    pseudo_inverse(matrix, m, n, cutoff, inverse);
    p.finish(inverse, number, args.outputs[0]);
  };
  return with_heap(make_matrix_kernel(run, a.count(), 20 * long_side * short_side * short_side,
                                      a.work_size() + p.work_size()),
                   pseudo_inverse_bytes(m, n), context.threads);
}

/// P = A^+ [n, m], G = dloss/dP [n, m], each under a batch. While the rank of A stays the same,
///   dloss/dA = (I - A P) G^T P P^T - P^T G P^T + P^T P G^T (I - P A)   [m, n]
/// by G. H. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least
/// squares problems whose variables separate" (1973), theorem 4.3. Bracketed so that nothing is
/// larger than A or [n, n], which suits a tall A, and so that no value is of the size of |P|^3: the
/// result is of the size of |P|^2.
Output grad_tall_pinv(const Output& a, const Output& p, const Output& g) {
  const Output gt = matrix_transpose(g);                                     // [m, n]
  const Output beside = gt - matmul(a, matmul(p, gt));                       // (I - A P) G^T [m, n]
  const Output first = matmul(beside, matmul(p, p, {.transpose_b = true}));  // [m, n]
  const Output g_pt = matmul(g, p, {.transpose_b = true});                   // [n, n]
  const Output last = gt - matmul(gt, matmul(p, a));                         // G^T (I - P A) [m, n]
  return first + matmul(p, matmul(p, last) - g_pt, {.transpose_a = true});
}

/// A wide A is the transpose of a tall one, and its inverse the transpose of the tall one's.
std::vector<Output> grad_pinv(const GradientContext& context) {
  const Output& a = context.inputs[0];
  const Output& p = context.outputs[0];
  const Output& g = context.grads[0];
  const std::int64_t m = rows_of(a.shape());
  const std::int64_t n = columns_of(a.shape());
  const bool wide = m != Shape::unknown && m < n;
  if (!wide) return {grad_tall_pinv(a, p, g)};
  return {matrix_transpose(
      grad_tall_pinv(matrix_transpose(a), matrix_transpose(p), matrix_transpose(g)))};
}

}  // namespace

extern constexpr OpDef pinv{
    .name = "pinv",
    .arity = {1, 1},
    .infer = infer_pinv,
    .gradient = grad_pinv,
    .kernel = prepare_pinv,
};

constexpr const OpDef* pinv_list[] = {&pinv};
extern constexpr std::span<const OpDef* const> pinv_ops = pinv_list;

}  // namespace builtin

Output pinv_with_cutoff(const Output& a, Cutoff rule, const NodeOptions& options) {
  return add_node(builtin::pinv, {a}, {{"cutoff_by_dimensions", rule == Cutoff::dimensions}},
                  options);
}

Output pinv(const Output& a, const NodeOptions& options) {
  return pinv_with_cutoff(a, Cutoff::fixed, options);
}

}  // namespace deft
