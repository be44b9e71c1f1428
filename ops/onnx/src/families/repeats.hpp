#pragma once

#include <cstddef>
#include <string_view>

#include <deft/core/graph.hpp>

#include "node_context.hpp"

namespace deft::onnx {

/// x repeated so that it and a tensor of the shape that input i of the node says broadcast to each
/// other. Dimensions that are not known yet may be those of a tensor whose whole shape the input
/// is, or of x where the other is 1.
Output repeated(const NodeContext& node, const Output& x, std::size_t i, std::string_view what);

}  // namespace deft::onnx
