#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include <deft/ops/array.hpp>
#include <deft/ops/bits.hpp>
#include <deft/ops/math.hpp>

#include "dtypes.hpp"
#include "legacy_broadcast.hpp"
#include "op_table.hpp"

namespace deft::onnx {
namespace {

using Binary = Output (*)(const Operand&, const Operand&, const NodeOptions&);

/// Functions that are exact modulo 2^bits, or of floating numbers.
template <Binary function>
std::vector<Output> import_binary(const NodeContext& node) {
  const auto [x, y] = legacy_operands(node);
  return {like(function(widened(x), widened(y), {}), x)};
}

/// x / y of u64, by division of i64 with operands that are half as large (H. S. Warren, "Hacker's
/// Delight", 2012, section 9-3). A divisor from 2^63 on goes into x once or not at all.
Output unsigned_quotient(const Output& x, const Output& y) {
  const Output is_large = cast(y, DType::i64) < 0;
  const Output divisor = where(is_large, 1, cast(y, DType::i64));
  const Output half = cast(right_shift(x, 1), DType::i64);
  const Output estimate = left_shift(half / divisor, 1);
  const Output rest = cast(x, DType::i64) - estimate * divisor;
  const Output one_more =
      cast(greater_equal(cast(rest, DType::u64), cast(divisor, DType::u64)), DType::i64);
  const Output once = cast(greater_equal(x, y), DType::i64);
  return cast(where(is_large, once, estimate + one_more), DType::u64);
}

std::vector<Output> import_div(const NodeContext& node) {
  const auto [x, y] = legacy_operands(node);
  if (x.dtype() == DType::u64) return {unsigned_quotient(x, y)};
  return {like(div(widened(x), widened(y)), x)};
}

std::vector<Output> import_mod(const NodeContext& node) {
  const Output x = node.input(0), y = node.input(1);
  if (x.dtype() == DType::u64) {
    const Output whole = cast(unsigned_quotient(x, y), DType::i64) * cast(y, DType::i64);
    return {cast(cast(x, DType::i64) - whole, DType::u64)};
  }
  const bool truncates = node.flag("fmod", false);
  const Output wide_x = widened(x), wide_y = widened(y);
  return {like(truncates ? trunc_mod(wide_x, wide_y) : floor_mod(wide_x, wide_y), x)};
}

/// The exponent of floating x. One of an integer dtype is exact as f32 and f64 up to 2^24 and 2^53.
bool is_exact(const NodeContext& node, const Output& exponent, DType dtype) {
  if (size_of(exponent.dtype()) < 4 || exponent.dtype() == DType::f32 || dtype == DType::f64)
    return true;
  const std::optional<Tensor> known = node.known(exponent);
  if (!known) return false;
  for (const double value : known->to<double>())
    if (value != static_cast<double>(static_cast<float>(value))) return false;
  return true;
}

/// The result has the dtype of the base. A base of integers with a floating exponent is computed in
/// f64 and truncated, as are f32 with exponents that it does not have.
std::vector<Output> import_pow(const NodeContext& node) {
  const auto [x, y] = legacy_operands(node);
  const DType base = computing_dtype(x.dtype());
  const DType exponent = computing_dtype(y.dtype());
  DType dtype = base;
  if (is_integer(base) && is_integer(exponent))
    dtype = base == exponent ? base : DType::i64;
  else if (is_integer(base) || !is_exact(node, y, base))
    dtype = DType::f64;
  return {converted(pow(as_dtype(x, dtype), as_dtype(y, dtype)), x.dtype())};
}

/// `function` of all inputs, from the first on, which broadcast.
template <class Function>
Output folded(const std::vector<Output>& inputs, const Function& function) {
  Output all = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) all = function(all, inputs[i]);
  return all;
}

Output total(const NodeContext& node) {
  std::vector<Output> inputs;
  for (const Output& x : node.inputs()) inputs.push_back(widened(x));
  return folded(inputs, [](const Output& x, const Output& y) { return add(x, y); });
}

std::vector<Output> import_sum(const NodeContext& node) {
  return {like(total(node), node.input(0))};
}

std::vector<Output> import_mean(const NodeContext& node) {
  const Output sum = total(node);
  const auto count = static_cast<std::int64_t>(node.num_inputs());
  return {like(count == 1 ? sum : div(sum, count), node.input(0))};
}

/// Of u64, which is compared as it is, there is no NaN.
template <Binary function, Binary is_first>
std::vector<Output> import_extreme(const NodeContext& node) {
  return {folded(node.inputs(), [](const Output& x, const Output& y) {
    if (x.dtype() == DType::u64) return where(is_first(x, y, {}), x, y);
    return like(function(widened(x), widened(y), {}), x);
  })};
}

constexpr std::array arithmetic{
    OpImport{"Add", import_binary<add>},
    OpImport{"Sub", import_binary<sub>},
    OpImport{"Mul", import_binary<mul>},
    OpImport{"Div", import_div},
    OpImport{"Mod", import_mod, 10},
    OpImport{"Pow", import_pow},
    OpImport{"Sum", import_sum},
    OpImport{"Mean", import_mean},
    OpImport{"Max", import_extreme<maximum, greater>},
    OpImport{"Min", import_extreme<minimum, less>},
};

}  // namespace

std::span<const OpImport> arithmetic_ops() { return arithmetic; }

}  // namespace deft::onnx
