#include <deft/ops/linalg.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <type_traits>

#include <deft/core/op_def.hpp>
#include <deft/core/visit_dtype.hpp>
#include <deft/ops/math.hpp>

#include "kernels/decompositions/least_squares.hpp"
#include "linalg_rules.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// [m, n], [m, k] -> [n, k]
std::vector<TensorSpec> infer_lstsq(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  require_matrix(context, 0, "a");
  require_matrix(context, 1, "b");
  const Shape& a = context.inputs[0].shape;
  const Shape& b = context.inputs[1].shape;
  if (a[0] != b[0] && a[0] != Shape::unknown && b[0] != Shape::unknown)
    context.fail(ErrorCode::shape_mismatch,
                 "a " + a.to_string() + " has " + std::to_string(a[0]) + " rows, b " +
                     b.to_string() + " has " + std::to_string(b[0]),
                 "a and b need one row per equation");
  return {{context.inputs[0].dtype, {a[1], b[1]}}};
}

/// Allocates when it runs: Eigen's decompositions do.
Kernel prepare_lstsq(const KernelContext& context) {
  const TensorSpec& a = context.inputs[0];
  const std::int64_t m = a.shape[0];
  const std::int64_t n = a.shape[1];
  const std::int64_t k = context.inputs[1].shape[1];
  const double cutoff = cutoff_of(Cutoff::dimensions, a);
  const auto long_side = static_cast<double>(std::max(m, n));
  const auto short_side = static_cast<double>(std::min(m, n));
  return visit_floating(a.dtype, [&]<class T>(std::type_identity<T>) {
    Kernel kernel = make_kernel(
        [m, n, k, cutoff](const KernelArgs& args) {
          least_squares(args.input<T>(0), args.input<T>(1), m, n, k, cutoff, args.output<T>());
        },
        long_side * short_side * (20 * short_side + 8 * static_cast<double>(k)));
    kernel.heap_bytes = least_squares_bytes(m, n, k);
    return kernel;
  });
}

/// x = P b with P = A^+, r = b - A x, g = dloss/dx [n, k]. While the rank of A stays the same,
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

}  // namespace deft
