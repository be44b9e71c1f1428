#pragma once

#include <cstddef>
#include <vector>

#include <deft/core/graph.hpp>

#include "node_context.hpp"

namespace deft::onnx {

/// x under the shape `target`, in which -1 is inferred, as ONNX's Reshape has it, and 0 is as much
/// as x has there, if `zero_copies`. Of dimensions that are not known yet there may be several, if
/// all but one of the result are known then.
Output reshaped(const NodeContext& node, const Output& x, const std::vector<PartialInteger>& target,
                bool zero_copies);

/// x with one dimension in place of those from `begin` to `end`; of none, with one of 1.
Output merged(const NodeContext& node, const Output& x, std::size_t begin, std::size_t end);

}  // namespace deft::onnx
