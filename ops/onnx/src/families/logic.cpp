#include <array>

#include <deft/ops/array.hpp>
#include <deft/ops/bits.hpp>
#include <deft/ops/math.hpp>

#include "dtypes.hpp"
#include "legacy_broadcast.hpp"
#include "op_table.hpp"

namespace deft::onnx {
namespace {

using Binary = Output (*)(const Operand&, const Operand&, const NodeOptions&);

/// Comparisons, logic and functions of bits take all dtypes that ONNX gives them.
template <Binary function>
std::vector<Output> import_binary(const NodeContext& node) {
  const auto [x, y] = legacy_operands(node);
  return {function(x, y, {})};
}

std::vector<Output> import_not(const NodeContext& node) { return {logical_not(node.input(0))}; }

std::vector<Output> import_bitwise_not(const NodeContext& node) {
  return {bitwise_not(node.input(0))};
}

std::vector<Output> import_bit_shift(const NodeContext& node) {
  const std::string direction = node.text("direction");
  if (direction != "LEFT" && direction != "RIGHT")
    node.refuse("its direction is \"" + direction + "\", which is neither LEFT nor RIGHT");
  const Output x = node.input(0), count = node.input(1);
  return {direction == "LEFT" ? left_shift(x, count) : right_shift(x, count)};
}

std::vector<Output> import_is_nan(const NodeContext& node) { return {is_nan(node.input(0))}; }

std::vector<Output> import_is_inf(const NodeContext& node) {
  return {is_inf(node.input(0), {.positive = node.flag("detect_positive", true),
                                 .negative = node.flag("detect_negative", true)})};
}

std::vector<Output> import_where(const NodeContext& node) {
  return {where(node.input(0), node.input(1), node.input(2))};
}

/// A bound of one element, of rank 1 too, is one of rank 0.
Output bound(const NodeContext& node, std::size_t i) {
  const Output x = node.input(i);
  return widened(x.shape().rank() == 0 ? x : reshape(x, {}));
}

/// The bounds are attributes before version 11.
Output bound(const NodeContext& node, const char* name, DType dtype) {
  return constant(node.graph(), Tensor::scalar(node.number(name)).to(dtype));
}

/// Where the bounds are crossed, the upper one holds.
std::vector<Output> import_clip(const NodeContext& node) {
  const Output x = node.input(0);
  Output y = widened(x);
  Output low, high;
  if (node.version() >= 11) {
    if (node.has_input(1)) low = bound(node, 1);
    if (node.has_input(2)) high = bound(node, 2);
  } else {
    if (node.has("min")) low = bound(node, "min", y.dtype());
    if (node.has("max")) high = bound(node, "max", y.dtype());
  }
  if (x.dtype() == DType::u64) node.refuse("deft does not clip u64; cast it to i64 before it");
  if (!low.is_empty() && !high.is_empty())
    y = clip(y, low, high);
  else if (!low.is_empty())
    y = maximum(y, low);
  else if (!high.is_empty())
    y = minimum(y, high);
  return {like(y, x)};
}

constexpr std::array logic{
    OpImport{"Equal", import_binary<equal>},
    OpImport{"Less", import_binary<less>},
    OpImport{"LessOrEqual", import_binary<less_equal>, 12},
    OpImport{"Greater", import_binary<greater>},
    OpImport{"GreaterOrEqual", import_binary<greater_equal>, 12},
    OpImport{"And", import_binary<logical_and>},
    OpImport{"Or", import_binary<logical_or>},
    OpImport{"Xor", import_binary<logical_xor>},
    OpImport{"Not", import_not, 1},
    OpImport{"BitwiseAnd", import_binary<bitwise_and>, 18},
    OpImport{"BitwiseOr", import_binary<bitwise_or>, 18},
    OpImport{"BitwiseXor", import_binary<bitwise_xor>, 18},
    OpImport{"BitwiseNot", import_bitwise_not, 18},
    OpImport{"BitShift", import_bit_shift, 11},
    OpImport{"IsNaN", import_is_nan, 9},
    OpImport{"IsInf", import_is_inf, 10},
    OpImport{"Where", import_where, 9},
    OpImport{"Clip", import_clip},
};

}  // namespace

std::span<const OpImport> logic_ops() { return logic; }

}  // namespace deft::onnx
