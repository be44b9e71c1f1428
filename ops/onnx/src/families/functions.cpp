#include <array>

#include <deft/ops/activations.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"

namespace deft::onnx {
namespace {

bool is_unsigned(DType dtype) {
  return dtype == DType::u8 || dtype == DType::u16 || dtype == DType::u32 || dtype == DType::u64;
}

std::vector<Output> import_abs(const NodeContext& node) {
  const Output x = node.input(0);
  return {is_unsigned(x.dtype()) ? x : like(abs(widened(x)), x)};
}

std::vector<Output> import_sign(const NodeContext& node) {
  const Output x = node.input(0);
  return {like(is_unsigned(x.dtype()) ? not_equal(x, 0) : sign(widened(x)), x)};
}

/// Activations with one parameter, alpha, which is `fallback` if the node has none.
template <Output (*function)(const Output&, const SlopeOptions&)>
std::vector<Output> with_alpha(const NodeContext& node, double fallback) {
  const Output x = node.input(0);
  return {like(function(widened(x), {.alpha = node.number("alpha", fallback)}), x)};
}

std::vector<Output> import_leaky_relu(const NodeContext& node) {
  return with_alpha<leaky_relu>(node, 0.01F);
}
std::vector<Output> import_elu(const NodeContext& node) { return with_alpha<elu>(node, 1); }
std::vector<Output> import_celu(const NodeContext& node) { return with_alpha<celu>(node, 1); }
std::vector<Output> import_swish(const NodeContext& node) { return with_alpha<swish>(node, 1); }
std::vector<Output> import_thresholded_relu(const NodeContext& node) {
  return with_alpha<thresholded_relu>(node, 1);
}

std::vector<Output> import_selu(const NodeContext& node) {
  const Output x = node.input(0);
  const SeluOptions defaults;
  return {like(selu(widened(x), {.alpha = node.number("alpha", defaults.alpha),
                                 .scale = node.number("gamma", defaults.scale)}),
               x)};
}

std::vector<Output> import_hard_sigmoid(const NodeContext& node) {
  const Output x = node.input(0);
  return {like(hard_sigmoid(widened(x), {.alpha = node.number("alpha", 0.2F),
                                         .beta = node.number("beta", 0.5F)}),
               x)};
}

std::vector<Output> import_gelu(const NodeContext& node) {
  const Output x = node.input(0);
  const std::string kind = node.text("approximate", "none");
  if (kind != "none" && kind != "tanh")
    node.refuse("deft does not know the approximation \"" + kind + '"');
  return {like(gelu(widened(x), {.approximate = kind == "tanh"}), x)};
}

std::vector<Output> import_shrink(const NodeContext& node) {
  const Output x = node.input(0);
  const Output wide = is_floating(widened(x).dtype()) ? widened(x) : converted(x, DType::f64);
  return {converted(
      shrink(wide, {.lambda = node.number("lambd", 0.5F), .bias = node.number("bias", 0)}),
      x.dtype())};
}

/// Before version 7 a slope of more than one element is one for each channel, dimension 1. What is
/// unsigned has no slope.
std::vector<Output> import_prelu(const NodeContext& node) {
  const Output x = node.input(0);
  if (is_unsigned(x.dtype())) return {x};
  Output slope = node.input(1);
  if (node.version() < 7 && slope.shape().rank() == 1 && slope.shape()[0] != 1)
    for (std::size_t i = 2; i < x.shape().rank(); ++i) slope = expand_dims(slope, -1);
  return {like(prelu(widened(x), widened(slope)), x)};
}

constexpr std::array functions{
    OpImport{"Abs", import_abs},
    OpImport{"Neg", import_unary<neg>},
    OpImport{"Sign", import_sign, 9},
    OpImport{"Floor", import_unary<floor>},
    OpImport{"Ceil", import_unary<ceil>},
    OpImport{"Round", import_unary<round>, 11},
    OpImport{"Reciprocal", import_unary<reciprocal>},
    OpImport{"Sqrt", import_unary<sqrt>},
    OpImport{"Exp", import_unary<exp>},
    OpImport{"Log", import_unary<log>},
    OpImport{"Sin", import_unary<sin>, 7},
    OpImport{"Cos", import_unary<cos>, 7},
    OpImport{"Tan", import_unary<tan>, 7},
    OpImport{"Asin", import_unary<asin>, 7},
    OpImport{"Acos", import_unary<acos>, 7},
    OpImport{"Atan", import_unary<atan>, 7},
    OpImport{"Sinh", import_unary<sinh>, 9},
    OpImport{"Cosh", import_unary<cosh>, 9},
    OpImport{"Tanh", import_unary<tanh>},
    OpImport{"Asinh", import_unary<asinh>, 9},
    OpImport{"Acosh", import_unary<acosh>, 9},
    OpImport{"Atanh", import_unary<atanh>, 9},
    OpImport{"Erf", import_unary<erf>, 9},
    OpImport{"Relu", import_unary<relu>},
    OpImport{"Sigmoid", import_unary<sigmoid>},
    OpImport{"Softplus", import_unary<softplus>, 1},
    OpImport{"Softsign", import_unary<softsign>, 1},
    OpImport{"HardSwish", import_unary<hard_swish>, 14},
    OpImport{"Mish", import_unary<mish>, 18},
    OpImport{"LeakyRelu", import_leaky_relu},
    OpImport{"Elu", import_elu},
    OpImport{"Celu", import_celu, 12},
    OpImport{"Swish", import_swish, 24},
    OpImport{"ThresholdedRelu", import_thresholded_relu, 10},
    OpImport{"Selu", import_selu},
    OpImport{"HardSigmoid", import_hard_sigmoid},
    OpImport{"Gelu", import_gelu, 20},
    OpImport{"Shrink", import_shrink, 9},
    OpImport{"PRelu", import_prelu},
};

}  // namespace

std::span<const OpImport> function_ops() { return functions; }

}  // namespace deft::onnx
