#include <deft/ops/math.hpp>

#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/special.hpp>

#include "handlers/handlers.hpp"

namespace deft::tensorflow {
namespace {

using Unary = Output (*)(const Output&, const NodeOptions&);
using Binary = Output (*)(const Operand&, const Operand&, const NodeOptions&);

template <Unary f>
std::vector<Output> unary(const NodeContext& context) {
  return {f(context.input(0), context.options())};
}

template <Binary f>
std::vector<Output> binary(const NodeContext& context) {
  return {f(context.input(0), context.input(1), context.options())};
}

std::vector<Output> matmul_handler(const NodeContext& context) {
  const auto is_transposed = [&](const char* transpose, const char* adjoint) {
    return context.boolean(transpose, false) || context.boolean(adjoint, false);
  };
  return {matmul(context.input(0), context.input(1),
                 {.transpose_a = is_transposed("transpose_a", "adj_x"),
                  .transpose_b = is_transposed("transpose_b", "adj_y"),
                  .name = context.name()})};
}

std::vector<Output> is_inf_handler(const NodeContext& context) {
  return {is_inf(context.input(0), {.name = context.name()})};
}

std::vector<Output> add_n_handler(const NodeContext& context) {
  return {add_n(context.inputs(0, context.num_inputs()), context.options())};
}

std::vector<Output> cast_handler(const NodeContext& context) {
  return {cast(context.input(0), context.dtype("DstT"), context.options())};
}

std::vector<Output> clip_handler(const NodeContext& context) {
  return {clip(context.input(0), context.input(1), context.input(2), context.options())};
}

/// 0 where y is, and the quotient elsewhere.
std::vector<Output> div_no_nan_handler(const NodeContext& context) {
  const Output& y = context.input(1);
  const Output is_zero = context.inside([&] { return equal(y, 0); });
  const Output quotient =
      context.inside([&] { return div(context.input(0), where(is_zero, 1, y)); });
  return {where(is_zero, 0, quotient, context.options())};
}

/// The condition of a Select may be one bool for each row.
std::vector<Output> select_handler(const NodeContext& context) {
  Output condition = context.input(0);
  const std::size_t rank = context.input(1).shape().rank();
  if (context.node().op == "Select" && condition.shape().rank() == 1)
    context.inside([&] {
      while (condition.shape().rank() < rank) condition = expand_dims(condition, -1);
    });
  return {where(condition, context.input(1), context.input(2), context.options())};
}

/// dy / (2 y), of y = sqrt(x).
std::vector<Output> sqrt_grad_handler(const NodeContext& context) {
  const Output half = context.inside([&] { return context.input(1) * 0.5; });
  return {div(half, context.input(0), context.options())};
}

/// -dy y^3 / 2, of y = 1 / sqrt(x).
std::vector<Output> rsqrt_grad_handler(const NodeContext& context) {
  const Output& y = context.input(0);
  const Output slope = context.inside([&] { return (y * y) * (y * -0.5); });
  return {mul(context.input(1), slope, context.options())};
}

/// -dy y^2, of y = 1 / x.
std::vector<Output> reciprocal_grad_handler(const NodeContext& context) {
  const Output& y = context.input(0);
  const Output product = context.inside([&] { return context.input(1) * (y * y); });
  return {neg(product, context.options())};
}

std::vector<Output> l2_loss_handler(const NodeContext& context) {
  const Output sum = context.inside([&] { return reduce_sum(square(context.input(0))); });
  return {mul(sum, 0.5, context.options())};
}

constexpr OpHandler handlers[] = {
    {"Abs", unary<abs>},
    {"Acos", unary<acos>},
    {"Acosh", unary<acosh>},
    {"Add", binary<add>},
    {"AddN", add_n_handler},
    {"AddV2", binary<add>},
    {"Asin", unary<asin>},
    {"Asinh", unary<asinh>},
    {"Atan", unary<atan>},
    {"Atan2", binary<atan2>},
    {"Atanh", unary<atanh>},
    {"BatchMatMul", matmul_handler},
    {"BatchMatMulV2", matmul_handler},
    {"BatchMatMulV3", matmul_handler},
    {"Cast", cast_handler},
    {"Ceil", unary<ceil>},
    {"ClipByValue", clip_handler},
    {"Cos", unary<cos>},
    {"Cosh", unary<cosh>},
    {"Div", binary<div>},
    {"DivNoNan", div_no_nan_handler},
    {"Equal", binary<equal>},
    {"Erf", unary<erf>},
    {"Erfc", unary<erfc>},
    {"Exp", unary<exp>},
    {"Expm1", unary<expm1>},
    {"Floor", unary<floor>},
    {"FloorDiv", binary<floor_div>},
    {"FloorMod", binary<floor_mod>},
    {"Greater", binary<greater>},
    {"GreaterEqual", binary<greater_equal>},
    {"Inv", unary<reciprocal>},
    {"InvGrad", reciprocal_grad_handler},
    {"IsFinite", unary<is_finite>},
    {"IsInf", is_inf_handler},
    {"IsNan", unary<is_nan>},
    {"L2Loss", l2_loss_handler},
    {"Less", binary<less>},
    {"LessEqual", binary<less_equal>},
    {"Log", unary<log>},
    {"Log1p", unary<log1p>},
    {"LogicalAnd", binary<logical_and>},
    {"LogicalNot", unary<logical_not>},
    {"LogicalOr", binary<logical_or>},
    {"MatMul", matmul_handler},
    {"Maximum", binary<maximum>},
    {"Minimum", binary<minimum>},
    {"Mod", binary<trunc_mod>},
    {"Mul", binary<mul>},
    {"Neg", unary<neg>},
    {"NotEqual", binary<not_equal>},
    {"Pow", binary<pow>},
    {"RealDiv", binary<div>},
    {"Reciprocal", unary<reciprocal>},
    {"ReciprocalGrad", reciprocal_grad_handler},
    {"Rint", unary<round>},
    {"Round", unary<round>},
    {"Rsqrt", unary<rsqrt>},
    {"RsqrtGrad", rsqrt_grad_handler},
    {"Select", select_handler},
    {"SelectV2", select_handler},
    {"Sign", unary<sign>},
    {"Sin", unary<sin>},
    {"Sinh", unary<sinh>},
    {"Sqrt", unary<sqrt>},
    {"SqrtGrad", sqrt_grad_handler},
    {"Square", unary<square>},
    {"SquaredDifference", binary<squared_difference>},
    {"Sub", binary<sub>},
    {"Tan", unary<tan>},
    {"TruncateDiv", binary<div>},
    {"TruncateMod", binary<trunc_mod>},
};

}  // namespace

constinit const OpHandlers math_handlers = handlers;

}  // namespace deft::tensorflow
