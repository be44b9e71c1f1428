#pragma once

#include <string>

#include <deft/core/graph.hpp>

namespace deft {

/// A graph as the message GraphDef of TensorFlow's graph.proto. Nodes have their names and inputs;
/// the name of a control input has ^ before it. Attributes are the node's own, tensors among them
/// by dtype and shape, and, as far as it has none of these names: "dtype" of its outputs, "line" of
/// the user, and "_output_shapes".
std::string graph_def_of(const Graph& graph);

}  // namespace deft
