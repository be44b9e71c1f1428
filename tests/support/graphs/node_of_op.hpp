#pragma once

#include <string_view>

#include <deft/core/graph.hpp>

namespace deft {

/// The first node of an operation, or nullptr.
inline const Node* node_of_op(const Graph& graph, std::string_view op) {
  for (NodeId id = 0; id < graph.num_nodes(); ++id)
    if (graph.node(id).op->name == op) return &graph.node(id);
  return nullptr;
}

}  // namespace deft
