#include <deft/ops/linalg.hpp>

#include <span>

#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/math.hpp>

#include "kernels/decompositions/decompositions.hpp"
#include "kernels/decompositions/matrix_operand.hpp"
#include "linalg_rules.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// [..., n, n] -> values [..., n], vectors [..., n, n]
std::vector<TensorSpec> infer_eigh(const InferContext& context) {
  require_floating(context);
  const std::int64_t n = require_square(context, 0, "a");
  const TensorSpec& a = context.inputs[0];
  return {{a.dtype, under_batch(batch_of(a.shape), {n})},
          {a.dtype, under_batch(batch_of(a.shape), {n, n})}};
}

/// Allocates when it runs: Eigen's decompositions do.
Kernel prepare_eigh(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const std::int64_t n = a.rows();
  const MatrixOperand values("values", {a.dtype(), {a.count(), 1, n}});
  const MatrixOperand vectors("vectors", context.outputs[1]);
  const auto run = [=](const KernelArgs& args, std::int64_t number, double* work) {
    const double* matrix = a.read_finite(args.inputs[0], number, work);
    work += a.work_size();
    double* of_values = values.begin(args.outputs[0], number, work);
    double* of_vectors = vectors.begin(args.outputs[1], number, work + values.work_size());
    symmetric_eigen(matrix, n, of_values, of_vectors);
    values.finish(of_values, number, args.outputs[0]);
    vectors.finish(of_vectors, number, args.outputs[1]);
  };
  const double flops = 10 * static_cast<double>(a.size()) * static_cast<double>(n);
  return with_heap(make_matrix_kernel(run, a.count(), flops,
                                      a.work_size() + values.work_size() + vectors.work_size()),
                   symmetric_eigen_bytes(n), context.threads);
}

/// a = V diag(l) V^T. With g = dloss/dl [..., n] and G = dloss/dV [..., n, n], a receives the
/// symmetric part of V (diag(g) + F o V^T G) V^T, F_ij = 1 / (l_j - l_i), F_ii = 0. M. Giles
/// (2008), 3.1.
std::vector<Output> grad_eigh(const GradientContext& context) {
  const Output& values = context.outputs[0];
  const Output& v = context.outputs[1];
  const Output& g_values = context.grads[0];
  const Output& g_vectors = context.grads[1];
  Output inner;  // [..., n, n]
  if (!g_vectors.is_empty()) {
    const Output gaps = expand_dims(values, -2) - expand_dims(values, -1);
    inner = turned(v, g_vectors, gaps) * 0.5;
  }
  if (!g_values.is_empty()) inner = sum_of(inner, diag(g_values));
  return {matmul(matmul(v, inner), v, {.transpose_b = true})};
}

}  // namespace

extern constexpr OpDef eigh{
    .name = "eigh",
    .arity = {1, 1},
    .infer = infer_eigh,
    .gradient = grad_eigh,
    .kernel = prepare_eigh,
};

constexpr const OpDef* eigh_list[] = {&eigh};
extern constexpr std::span<const OpDef* const> eigh_ops = eigh_list;

}  // namespace builtin

SymmetricEigen eigh(const Output& a, const NodeOptions& options) {
  const Outputs made = add_node(builtin::eigh, {a}, {}, options);
  return {made[0], made[1]};
}

}  // namespace deft
