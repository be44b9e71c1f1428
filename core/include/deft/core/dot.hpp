#pragma once

#include <string>

#include <deft/core/graph.hpp>

namespace deft {

/// The graph in Graphviz's DOT language: a node per operation, solid edges for data, dashed ones
/// for control.
std::string to_dot(const Graph& graph);

}  // namespace deft
