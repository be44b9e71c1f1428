#include <array>
#include <optional>
#include <string>

#include <deft/ops/array.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"
#include "tensors.hpp"

namespace deft::onnx {
namespace {

std::vector<Output> import_identity(const NodeContext& node) { return {node.input(0)}; }

std::vector<Output> import_cast(const NodeContext& node) {
  const ElementType type{static_cast<std::int32_t>(node.integer("to"))};
  const std::optional<DType> dtype = dtype_of(type);
  if (!dtype) node.refuse("it casts to " + name_of(type) + ", for which deft has no dtype");
  return {converted(node.input(0), *dtype)};
}

std::vector<Output> import_cast_like(const NodeContext& node) {
  return {converted(node.input(0), node.input(1).dtype())};
}

Tensor value_of(const NodeContext& node) {
  if (node.has("value")) return node.tensor("value");
  if (node.has("value_float"))
    return Tensor::scalar(static_cast<float>(node.number("value_float")));
  if (node.has("value_int")) return Tensor::scalar(node.integer("value_int"));
  if (node.has("value_ints")) return Tensor::from(node.integers("value_ints"));
  if (node.has("value_floats")) {
    const std::vector<double> numbers = node.numbers("value_floats");
    return Tensor::from(std::vector<float>(numbers.begin(), numbers.end()));
  }
  if (node.has("sparse_value")) node.refuse("deft has no sparse tensors");
  if (node.has("value_string") || node.has("value_strings")) node.refuse("deft has no strings");
  node.refuse("it has no value");
}

std::vector<Output> import_constant(const NodeContext& node) {
  return {constant(node.graph(), value_of(node))};
}

constexpr std::array values{
    OpImport{"Identity", import_identity},
    OpImport{"Cast", import_cast},
    OpImport{"CastLike", import_cast_like, 15},
    OpImport{"Constant", import_constant},
};

}  // namespace

std::span<const OpImport> value_ops() { return values; }

}  // namespace deft::onnx
