#include <deft/ops/linalg.hpp>

#include <algorithm>
#include <span>
#include <utility>

#include <deft/core/op_def.hpp>
#include <deft/ops/math.hpp>

#include "kernels/decompositions/direct.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// Work of solving with one matrix: its factors, the exchanges of rows, and the right sides.
std::int64_t work_doubles(std::int64_t n, std::int64_t k) { return n * n + n + n * k; }

/// Solves with matrix `number` of `a`, which stands in `factors`, in place in x [n, k].
void solve_with(const MatrixOperand& a, std::int64_t number, double* factors, double* x,
                std::int64_t k) {
  const std::int64_t n = a.rows();
  auto* exchanged = reinterpret_cast<std::int64_t*>(x + n * k);
  const std::int64_t zero = factor_general(factors, n, exchanged);
  if (zero < n)
    a.refuse_pivot("singular", number, zero, 0, "lstsq and pinv take matrices of any rank");
  solve_general(factors, exchanged, n, x, k);
}

void transpose_square(double* a, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < i; ++j) std::swap(a[i * n + j], a[j * n + i]);
}

double flops(const MatrixOperand& a, std::int64_t k) {
  const auto n = static_cast<double>(a.rows());
  return 2 * n * n * (n / 3 + static_cast<double>(k));
}

Kernel prepare_solve(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const MatrixOperand b("b", context.inputs[1]);
  const MatrixOperand x("x", context.outputs[0]);
  const bool transposed = context.attributes.get<bool>("transpose");
  const BatchLayout layout = batch_layout(context);
  return make_matrix_kernel(
      [a, b, x, transposed, layout](const KernelArgs& args, std::int64_t number, double* work) {
        const auto [of_a, of_b] = layout.operands(number);
        double* result = work + a.size();
        a.load_finite(args.inputs[0], of_a, work);
        if (transposed) transpose_square(work, a.rows());
        b.load(args.inputs[1], of_b, result);
        solve_with(a, of_a, work, result, b.columns());
        x.store(result, number, args.outputs[0]);
      },
      x.count(), flops(a, b.columns()), work_doubles(a.rows(), b.columns()));
}

Kernel prepare_inverse(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  return make_matrix_kernel(
      [a](const KernelArgs& args, std::int64_t number, double* work) {
        const std::int64_t n = a.rows();
        double* result = work + a.size();
        a.load_finite(args.inputs[0], number, work);
        std::fill_n(result, a.size(), 0.0);
        for (std::int64_t i = 0; i < n; ++i) result[i * (n + 1)] = 1;
        solve_with(a, number, work, result, n);
        a.store(result, number, args.outputs[0]);
      },
      a.count(), flops(a, a.rows()), work_doubles(a.rows(), a.rows()));
}

/// op(a) x = b, g = dloss/dx [..., n, k]: b receives y = op(a)^-T g [..., n, k], op(a) receives
/// -y x^T [..., n, n]. M. Giles (2008), 2.3.1.
std::vector<Output> grad_solve(const GradientContext& context) {
  const Output& x = context.outputs[0];
  const bool transposed = context.attributes().get<bool>("transpose");
  const Output y = solve(context.inputs[0], context.grads[0], {.transpose = !transposed});
  return {-(transposed ? matmul(x, y, {.transpose_b = true})    // [..., n, n]
                       : matmul(y, x, {.transpose_b = true})),  // [..., n, n]
          y};
}

/// p = a^-1, g = dloss/dp: a receives -p^T g p^T, all [..., n, n]. M. Giles (2008), 2.2.3.
std::vector<Output> grad_inverse(const GradientContext& context) {
  const Output& p = context.outputs[0];
  return {-matmul(matmul(p, context.grads[0], {.transpose_a = true}), p, {.transpose_b = true})};
}

}  // namespace

extern constexpr OpDef solve{
    .name = "solve",
    .arity = {2, 2},
    .infer = infer_square_equations,
    .gradient = grad_solve,
    .kernel = prepare_solve,
};

extern constexpr OpDef inverse{
    .name = "inverse",
    .arity = {1, 1},
    .infer = infer_square,
    .gradient = grad_inverse,
    .kernel = prepare_inverse,
};

constexpr const OpDef* solve_list[] = {&solve, &inverse};
extern constexpr std::span<const OpDef* const> solve_ops = solve_list;

}  // namespace builtin

Output solve(const Output& a, const Output& b, const SolveOptions& options) {
  return add_node(builtin::solve, {a, b}, {{"transpose", options.transpose}},
                  {.name = options.name, .where = options.where});
}

Output inverse(const Output& a, const NodeOptions& options) {
  return add_node(builtin::inverse, {a}, {}, options);
}

}  // namespace deft
