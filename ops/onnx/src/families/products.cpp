#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"

namespace deft::onnx {
namespace {

/// Bytes of a matrix of which a second copy is worth its memory.
constexpr std::size_t most_copied_bytes = std::size_t{1} << 24U;

/// a b. A constant matrix b is kept transposed: then a product with few rows, that of one example,
/// reads each of its columns at once.
Output product(const NodeContext& node, const Output& a, const Output& b, MatmulOptions options) {
  const bool is_weight = b.node().op->value != nullptr && is_floating(b.dtype()) &&
                         b.shape().rank() == 2 && a.shape().rank() >= 2 && !options.transpose_b;
  if (!is_weight || b.shape().num_bytes(b.dtype()) > most_copied_bytes)
    return matmul(a, b, options);
  options.transpose_b = true;
  return matmul(a, constant(node.graph(), node.known(transpose(b)).value()), options);
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
