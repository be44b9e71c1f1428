#pragma once

#include <utility>

#include <deft/core/graph.hpp>

#include "node_context.hpp"

namespace deft::onnx {

/// The first two inputs, so that they broadcast as NumPy's. Before version 7 the attribute
/// `broadcast` says that the dimensions of the second are those of the first from `axis` on, by
/// default the last ones.
std::pair<Output, Output> legacy_operands(const NodeContext& node);

}  // namespace deft::onnx
