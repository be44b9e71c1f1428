#include <deft/ops/linalg.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "kernels/decompositions/direct.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// [..., n, n] -> [...]
std::vector<TensorSpec> infer_det(const InferContext& context) {
  require_floating(context);
  require_square(context, 0, "a");
  const TensorSpec& a = context.inputs[0];
  return {{a.dtype, batch_of(a.shape)}};
}

/// [..., n, n] -> [...], [...]
std::vector<TensorSpec> infer_slogdet(const InferContext& context) {
  const TensorSpec each = infer_det(context)[0];
  return {each, each};
}

/// Calls visit(u_ii) for the diagonal of U, P a = L U, and returns the sign of the permutation; 0,
/// with no call, if a pivot is zero.
template <class Visit>
double visit_pivots(const MatrixOperand& a, const KernelArgs& args, std::int64_t number,
                    double* work, const Visit& visit) {
  const std::int64_t n = a.rows();
  auto* exchanged = reinterpret_cast<std::int64_t*>(work + a.size());
  a.load_finite(args.inputs[0], number, work);
  if (factor_general(work, n, exchanged) < n) return 0;
  double sign = 1;
  for (std::int64_t i = 0; i < n; ++i) {
    if (exchanged[i] != i) sign = -sign;
    visit(work[i * (n + 1)]);
  }
  return sign;
}

double flops(const MatrixOperand& a) {
  return 2 * static_cast<double>(a.size()) * static_cast<double>(a.rows()) / 3;
}

/// The product of the pivots: its exponent is kept apart, so that only the result may overflow.
Kernel prepare_det(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const MatrixOperand results("det", {a.dtype(), {a.count(), 1, 1}});
  return make_matrix_kernel(
      [a, results](const KernelArgs& args, std::int64_t number, double* work) {
        double fraction = 1;
        std::int64_t exponent = 0;
        const double sign = visit_pivots(a, args, number, work, [&](double pivot) {
          int of_pivot = 0;
          int of_product = 0;
          fraction = std::frexp(fraction * std::frexp(pivot, &of_pivot), &of_product);
          exponent += of_pivot + of_product;
        });
        constexpr std::int64_t beyond = 5000;
        const double result =
            sign * std::ldexp(fraction, static_cast<int>(std::clamp(exponent, -beyond, beyond)));
        results.store(&result, number, args.outputs[0]);
      },
      a.count(), flops(a), a.size() + a.rows());
}

Kernel prepare_slogdet(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const MatrixOperand results("slogdet", {a.dtype(), {a.count(), 1, 1}});
  return make_matrix_kernel(
      [a, results](const KernelArgs& args, std::int64_t number, double* work) {
        double log_abs = 0;
        double of_pivots = 1;
        double sign = visit_pivots(a, args, number, work, [&](double pivot) {
          log_abs += std::log(std::abs(pivot));
          if (pivot < 0) of_pivots = -of_pivots;
        });
        sign *= of_pivots;
        if (sign == 0) log_abs = -std::numeric_limits<double>::infinity();
        results.store(&sign, number, args.outputs[0]);
        results.store(&log_abs, number, args.outputs[1]);
      },
      a.count(), flops(a), a.size() + a.rows());
}

/// x [...] -> [..., 1, 1]
Output as_matrices(const Output& x) { return expand_dims(expand_dims(x, -1), -1); }

/// d = det(a), g = dloss/dd [...]: a receives g d a^-T [..., n, n]. M. Giles (2008), 2.2.4.
std::vector<Output> grad_det(const GradientContext& context) {
  return {as_matrices(context.grads[0] * context.outputs[0]) *
          matrix_transpose(inverse(context.inputs[0]))};
}

/// g = dloss/dlog|det(a)| [...]: a receives g a^-T [..., n, n]
std::vector<Output> grad_slogdet(const GradientContext& context) {
  const Output& g = context.grads[1];
  if (g.is_empty()) return {Output{}};
  return {as_matrices(g) * matrix_transpose(inverse(context.inputs[0]))};
}

}  // namespace

extern constexpr OpDef det{
    .name = "det",
    .arity = {1, 1},
    .infer = infer_det,
    .gradient = grad_det,
    .kernel = prepare_det,
};

extern constexpr OpDef slogdet{
    .name = "slogdet",
    .arity = {1, 1},
    .infer = infer_slogdet,
    .gradient = grad_slogdet,
    .kernel = prepare_slogdet,
};

constexpr const OpDef* det_list[] = {&det, &slogdet};
extern constexpr std::span<const OpDef* const> det_ops = det_list;

}  // namespace builtin

Output det(const Output& a, const NodeOptions& options) {
  return add_node(builtin::det, {a}, {}, options);
}

SignAndLogDet slogdet(const Output& a, const NodeOptions& options) {
  const Outputs made = add_node(builtin::slogdet, {a}, {}, options);
  return {made[0], made[1]};
}

Output trace(const Output& a, const NodeOptions& options) {
  return reduce_sum(diag_part(a, {.where = options.where}),
                    {.axes = {-1}, .name = options.name, .where = options.where});
}

}  // namespace deft
