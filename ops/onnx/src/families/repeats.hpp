#pragma once

#include <cstddef>
#include <string_view>

#include <deft/core/graph.hpp>

#include "node_context.hpp"

namespace deft::onnx {

/// x repeated so that it and a tensor of the shape that input i of the node says broadcast to each
/// other. Elements of the input that are not known yet must be dimensions of tensors.
Output repeated(const NodeContext& node, const Output& x, std::size_t i, std::string_view what);

}  // namespace deft::onnx
