#include "transposed_weights.hpp"

#include <cstddef>

#include <deft/core/op_def.hpp>
#include <deft/core/tensor.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/constant_value.hpp>

namespace deft::onnx {
namespace {

/// Bytes of a matrix of which a second copy is worth its memory.
constexpr std::size_t most_copied_bytes = std::size_t{1} << 24U;

}  // namespace

/// The values that an import may compute are for shapes: the copies are not counted among them.
std::optional<Output> TransposedWeights::of(const Output& x) {
  const Node& node = x.node();
  if (node.op->value == nullptr || !is_floating(x.dtype()) || x.shape().rank() != 2 ||
      x.shape().num_bytes(x.dtype()) > most_copied_bytes)
    return {};
  Output& made = made_[node.op->value(*node.attributes).raw()];
  if (!made.is_empty() && made.dtype() == x.dtype() &&
      made.shape() == Shape{x.shape()[1], x.shape()[0]})
    return made;
  const std::optional<Tensor> transposed = constant_value(transpose(x));
  if (!transposed) return {};
  made = constant(x.graph(), *transposed);
  return made;
}

}  // namespace deft::onnx
