#pragma once

#include <span>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// The nodes that `roots` depend on by data or control edges, the roots included, every node after
/// those that it depends on. Linear in nodes and edges; no recursion. Throws GraphError for a root
/// that is not in the graph.
std::vector<NodeId> execution_order(const Graph& graph, std::span<const NodeId> roots);

}  // namespace deft
