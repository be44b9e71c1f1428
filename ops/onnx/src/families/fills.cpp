#include <array>
#include <cstdint>
#include <optional>

#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/math.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"
#include "repeats.hpp"
#include "tensors.hpp"

namespace deft::onnx {
namespace {

std::vector<Output> import_constant_of_shape(const NodeContext& node) {
  const Tensor value = node.has("value") ? node.tensor("value") : Tensor{0.0F};
  if (value.num_elements() != 1)
    node.refuse("its value is " + to_string(value.spec()) + ", not one number");
  return {repeated(node, constant(node.graph(), value.reshaped({})), 0, "shape")};
}

std::optional<std::int64_t> known_integer(const NodeContext& node, std::size_t i) {
  const std::optional<Tensor> known = node.known_input(i);
  if (!known || !is_integer(known->dtype()) || known->num_elements() != 1) return {};
  return known->to<std::int64_t>()[0];
}

/// 0, 1, ... up to a dimension that is known only in a run; or nothing.
std::optional<Output> open_range(const NodeContext& node) {
  const Output limit = node.input(1);
  if (!is_integer(limit.dtype()) || known_integer(node, 1) || known_integer(node, 0) != 0 ||
      known_integer(node, 2) != 1)
    return {};
  const std::vector<PartialInteger> last = node.partial_input(1, "limit");
  if (last.size() != 1 || last[0].tensor.is_empty()) return {};
  return as_dtype(range_like(last[0].tensor, static_cast<std::int64_t>(last[0].axis)),
                  limit.dtype());
}

/// Floating numbers are computed in f64, and rounded once.
std::vector<Output> import_range(const NodeContext& node) {
  if (const std::optional<Output> open = open_range(node)) return {*open};
  const Tensor start = node.single_input(0, "start");
  const Tensor limit = node.single_input(1, "limit");
  const Tensor delta = node.single_input(2, "delta");
  const DType dtype = computing_dtype(start.dtype());
  const auto number = [&](const Tensor& x) -> Scalar {
    if (is_floating(dtype)) return x.to<double>()[0];
    return x.to<std::int64_t>()[0];
  };
  return {as_dtype(range(node.graph(), dtype, number(start), number(limit), number(delta)),
                   start.dtype())};
}

/// Ones where the column less the row is k.
std::vector<Output> import_eye_like(const NodeContext& node) {
  const Output x = node.input(0);
  if (x.shape().rank() != 2)
    node.refuse("its input is " + to_string(x.spec()) + ", but must be a matrix");
  DType dtype = x.dtype();
  if (node.has("dtype")) {
    const ElementType type{static_cast<std::int32_t>(node.integer("dtype"))};
    const std::optional<DType> given = dtype_of(type);
    if (!given) node.refuse("its dtype is " + name_of(type) + ", which deft does not have");
    dtype = *given;
  }
  const Output row = expand_dims(range_like(x, 0), 1), column = range_like(x, 1);
  return {as_dtype(equal(column, row + node.integer("k", 0)), dtype)};
}

std::vector<Output> import_trilu(const NodeContext& node) {
  const Output x = node.input(0);
  const std::int64_t k = node.has_input(1) ? node.single_input(1, "k").to<std::int64_t>()[0] : 0;
  return {node.flag("upper", true) ? triu(x, k) : tril(x, k)};
}

constexpr std::array fills{
    OpImport{"ConstantOfShape", import_constant_of_shape, 9},
    OpImport{"Range", import_range, 11},
    OpImport{"EyeLike", import_eye_like, 9},
    OpImport{"Trilu", import_trilu, 14},
};

}  // namespace

std::span<const OpImport> fill_ops() { return fills; }

}  // namespace deft::onnx
