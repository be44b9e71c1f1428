#include <deft/ops/linalg.hpp>

#include <span>

#include <deft/core/op_def.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/math.hpp>

#include "kernels/decompositions/direct.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"

namespace deft {
namespace builtin {
namespace {

Kernel prepare_cholesky(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const std::int64_t n = a.rows();
  return make_matrix_kernel(
      [a, n](const KernelArgs& args, std::int64_t number, double* work) {
        a.load_finite(args.inputs[0], number, work);
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t j = i + 1; j < n; ++j)
            work[i * n + j] = 0.5 * work[i * n + j] + 0.5 * work[j * n + i];
        const std::int64_t failed = factor_symmetric(work, n);
        if (failed < n)
          a.refuse_pivot("not positive definite", number, failed, work[failed * n + failed],
                         "add a multiple of the identity, or use eigh");
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t j = 0; j < i; ++j) {
            work[i * n + j] = work[j * n + i];
            work[j * n + i] = 0;
          }
        a.store(work, number, args.outputs[0]);
      },
      a.count(), static_cast<double>(a.size()) * static_cast<double>(n) / 3, a.size());
}

/// G = dloss/dL [..., n, n]. With F(x) the lower triangle of x, its diagonal halved,
///   dloss/da = (S + S^T) / 2,  S = L^-T F(L^T G) L^-1     [..., n, n]
/// by I. Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10.
std::vector<Output> grad_cholesky(const GradientContext& context) {
  const Output& l = context.outputs[0];
  const Output product = matmul(l, context.grads[0], {.transpose_a = true});
  const Output f = 0.5 * (tril(product) + tril(product, -1));
  const Output left = triangular_solve(l, f, {.transpose = true});                    // L^-T F
  const Output s = triangular_solve(l, matrix_transpose(left), {.transpose = true});  // S^T
  return {0.5 * (s + matrix_transpose(s))};
}

}  // namespace

extern constexpr OpDef cholesky{
    .name = "cholesky",
    .arity = {1, 1},
    .infer = infer_square,
    .gradient = grad_cholesky,
    .kernel = prepare_cholesky,
};

constexpr const OpDef* cholesky_list[] = {&cholesky};
extern constexpr std::span<const OpDef* const> cholesky_ops = cholesky_list;

}  // namespace builtin

Output cholesky(const Output& a, const NodeOptions& options) {
  return add_node(builtin::cholesky, {a}, {}, options);
}

}  // namespace deft
