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

Kernel prepare_triangular_solve(const KernelContext& context) {
  const MatrixOperand a("a", context.inputs[0]);
  const MatrixOperand b("b", context.inputs[1]);
  const MatrixOperand x("x", context.outputs[0]);
  const bool lower = context.attributes.get<bool>("lower");
  const bool transposed = context.attributes.get<bool>("transpose");
  const std::int64_t n = a.rows();
  const TriangularMatrix shape{.n = n,
                               .row = transposed ? 1 : n,
                               .term = transposed ? n : 1,
                               .lower = lower != transposed,
                               .unit_diagonal = context.attributes.get<bool>("unit_diagonal")};
  const BatchLayout layout = batch_layout(context);
  return make_matrix_kernel(
      [a, b, x, n, lower, shape, layout](const KernelArgs& args, std::int64_t number,
                                         double* work) {
        const auto [of_a, of_b] = layout.operands(number);
        double* result = work + a.size();
        a.load_triangle(args.inputs[0], of_a, lower, shape.unit_diagonal, work);
        b.load(args.inputs[1], of_b, result);
        for (std::int64_t i = 0; !shape.unit_diagonal && i < n; ++i)
          if (work[i * n + i] == 0)
            a.refuse_pivot("singular", of_a, i, 0, "a triangle needs a diagonal without zeros");
        TriangularMatrix triangle = shape;
        triangle.values = work;
        substitute(triangle, result, b.columns());
        x.store(result, number, args.outputs[0]);
      },
      x.count(), static_cast<double>(a.size()) * static_cast<double>(b.columns()),
      a.size() + b.size());
}

/// op(T) x = b, g = dloss/dx [..., n, k]: b receives y = op(T)^-T g [..., n, k], op(T) receives
/// -y x^T [..., n, n], of which only the triangle that is read counts. M. Giles (2008), 2.3.1.
std::vector<Output> grad_triangular_solve(const GradientContext& context) {
  const Output& a = context.inputs[0];
  const Output& x = context.outputs[0];
  const bool lower = context.attributes().get<bool>("lower");
  const bool transposed = context.attributes().get<bool>("transpose");
  const bool unit = context.attributes().get<bool>("unit_diagonal");
  const Output y = triangular_solve(
      a, context.grads[0], {.lower = lower, .transpose = !transposed, .unit_diagonal = unit});
  const Output full = transposed ? matmul(x, y, {.transpose_b = true})   // [..., n, n]
                                 : matmul(y, x, {.transpose_b = true});  // [..., n, n]
  return {-(lower ? tril(full, unit ? -1 : 0) : triu(full, unit ? 1 : 0)), y};
}

}  // namespace

extern constexpr OpDef triangular_solve{
    .name = "triangular_solve",
    .arity = {2, 2},
    .infer = infer_square_equations,
    .gradient = grad_triangular_solve,
    .kernel = prepare_triangular_solve,
};

constexpr const OpDef* triangular_solve_list[] = {&triangular_solve};
extern constexpr std::span<const OpDef* const> triangular_solve_ops = triangular_solve_list;

}  // namespace builtin

Output triangular_solve(const Output& a, const Output& b, const TriangularSolveOptions& options) {
  return add_node(builtin::triangular_solve, {a, b},
                  {{"lower", options.lower},
                   {"transpose", options.transpose},
                   {"unit_diagonal", options.unit_diagonal}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
