#include <deft/ops/linalg.hpp>

#include <algorithm>
#include <span>

#include <deft/core/op_def.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "kernels/decompositions/least_squares.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// [..., m, n], [..., m, k] -> [..., n, k]
std::vector<TensorSpec> infer_lstsq(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  require_matrices(context, 0, "a");
  require_matrices(context, 1, "b");
  const TensorSpec& a = context.inputs[0];
  const std::int64_t columns = columns_of(context.inputs[1].shape);
  return {{a.dtype, under_batch(require_equations(context), {columns_of(a.shape), columns})}};
}

/// Allocates when it runs: Eigen's decompositions do.
Kernel prepare_lstsq(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const MatrixOperand b("b", context.inputs[1]);
  const MatrixOperand x("x", context.outputs[0]);
  const std::int64_t m = a.rows();
  const std::int64_t n = a.columns();
  const std::int64_t k = b.columns();
  const LeastSquaresRules rules{.cutoff = cutoff_of(Cutoff::dimensions, context.inputs[0]),
                                .refine = a.dtype() == DType::f64};
  const BatchLayout layout = batch_layout(context);
  const auto long_side = static_cast<double>(std::max(m, n));
  const auto short_side = static_cast<double>(std::min(m, n));
  const auto run = [=](const KernelArgs& args, std::int64_t number, double* work) {
    const auto [of_a, of_b] = layout.operands(number);
    const double* left = a.read_finite(args.inputs[0], of_a, work);
    work += a.work_size();
    const double* right = b.read_finite(args.inputs[1], of_b, work);
    double* solution = x.begin(args.outputs[0], number, work + b.work_size());
    least_squares(left, right, m, n, k, rules, solution);
    x.finish(solution, number, args.outputs[0]);
  };
  return with_heap(
      make_matrix_kernel(run, x.count(),
                         long_side * short_side * (20 * short_side + 8 * static_cast<double>(k)),
                         a.work_size() + b.work_size() + x.work_size()),
      least_squares_bytes(m, n, k), context.threads);
}

/// x = P b with P = A^+, r = b - A x, g = dloss/dx [n, k], each under a batch. While the rank of A
/// stays the same,
///   dloss/db = y,  y = P^T g                                              [m, k]
///   dloss/dA = r (P y)^T - y x^T + (P^T x) (g - P A g)^T                  [m, n]
/// from the derivative of P (see pinv). The middle term is all there is for an invertible A; the
/// last vanishes for full column rank.
std::vector<Output> grad_lstsq(const GradientContext& context) {
  const Output& a = context.inputs[0];
  const Output& b = context.inputs[1];
  const Output& x = context.outputs[0];
  const Output& g = context.grads[0];
  const Output p = pinv_with_cutoff(a, Cutoff::dimensions);  // [n, m]
  const Output r = b - matmul(a, x);                         // [m, k]
  const Output y = matmul(p, g, {.transpose_a = true});      // [m, k]
  const Output left = matmul(p, x, {.transpose_a = true});   // [m, k]
  const Output right = g - matmul(p, matmul(a, g));          // [n, k]
  return {
      matmul(r, matmul(p, y), {.transpose_b = true}) - matmul(y, x, {.transpose_b = true}) +
          matmul(left, right, {.transpose_b = true}),
      y,
  };
}

}  // namespace

extern constexpr OpDef lstsq{
    .name = "lstsq",
    .arity = {2, 2},
    .infer = infer_lstsq,
    .gradient = grad_lstsq,
    .kernel = prepare_lstsq,
};

constexpr const OpDef* lstsq_list[] = {&lstsq};
extern constexpr std::span<const OpDef* const> lstsq_ops = lstsq_list;

}  // namespace builtin

Output lstsq(const Output& a, const Output& b, const NodeOptions& options) {
  return add_node(builtin::lstsq, {a, b}, {}, options);
}

LeastSquares lstsq_full(const Output& a, const Output& b, const NodeOptions& options) {
  const NodeOptions inner{.where = options.where};
  const Output solution = lstsq(a, b, options);
  const Output singular_values = svd(a, inner).s;
  const Output difference =
      sub(matmul(a, solution, {.where = options.where}), b, inner);  // [..., m, k]
  return {solution, reduce_sum(square(difference, inner), {.axes = {-2}, .where = options.where}),
          count_singular_values(singular_values, a, inner), singular_values};
}

}  // namespace deft
