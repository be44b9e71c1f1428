#include "legacy_broadcast.hpp"

#include <cstddef>
#include <cstdint>

#include <deft/ops/array.hpp>

namespace deft::onnx {

std::pair<Output, Output> legacy_operands(const NodeContext& node) {
  const Output x = node.input(0);
  Output y = node.input(1);
  if (node.version() >= 7 || !node.flag("broadcast", false) || !node.has("axis")) return {x, y};
  const std::size_t rank = x.shape().rank();
  const std::int64_t axis = node.integer("axis");
  const auto missing =
      static_cast<std::int64_t>(rank) - axis - static_cast<std::int64_t>(y.shape().rank());
  if (y.shape().rank() == 0) return {x, y};
  if (axis < 0 || missing < 0)
    node.refuse("its second input, " + to_string(y.spec()) + ", does not fit into the first, " +
                to_string(x.spec()) + ", from axis " + std::to_string(axis) + " on");
  for (std::int64_t i = 0; i < missing; ++i) y = expand_dims(y, -1);
  return {x, y};
}

}  // namespace deft::onnx
