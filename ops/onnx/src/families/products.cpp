#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"

namespace deft::onnx {
namespace {

/// a b, where a constant b is kept transposed.
Output product(const NodeContext& node, const Output& a, const Output& b, MatmulOptions options) {
  if (a.shape().rank() < 2 || options.transpose_b) return matmul(a, b, options);
  const std::optional<Output> transposed = node.transposed_weights().of(b);
  options.transpose_b = transposed.has_value();
  return matmul(a, transposed.value_or(b), options);
}

std::vector<Output> import_matmul(const NodeContext& node) {
  const Output a = node.input(0), b = node.input(1);
  return {like(product(node, widened(a), widened(b), {}), a)};
}

/// x times a factor, of which 1 changes nothing.
Output scaled(const NodeContext& node, const Output& x, const char* name) {
  const double factor = node.number(name, 1);
  if (factor == 1) return x;
  if (!is_floating(x.dtype()) && factor != std::round(factor))
    node.refuse("its " + std::string(name) + " is " + std::to_string(factor) +
                ", by which integers are not multiplied");
  return mul(x,
             is_floating(x.dtype()) ? Operand(factor) : Operand(static_cast<std::int64_t>(factor)));
}

std::vector<Output> import_gemm(const NodeContext& node) {
  const Output a = node.input(0), b = node.input(1);
  Output y = product(
      node, widened(a), widened(b),
      {.transpose_a = node.flag("transA", false), .transpose_b = node.flag("transB", false)});
  y = scaled(node, y, "alpha");
  if (node.has_input(2) && node.number("beta", 1) != 0)
    y = add(y, scaled(node, widened(node.input(2)), "beta"));
  return {like(y, a)};
}

std::vector<Output> import_einsum(const NodeContext& node) {
  std::vector<Output> operands;
  for (const Output& x : node.inputs()) operands.push_back(widened(x));
  return {like(einsum(node.text("equation"), operands), node.input(0))};
}

constexpr std::array products{
    OpImport{"MatMul", import_matmul},
    OpImport{"Gemm", import_gemm},
    OpImport{"Einsum", import_einsum, 12},
};

}  // namespace

std::span<const OpImport> product_ops() { return products; }

}  // namespace deft::onnx
