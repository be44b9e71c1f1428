#pragma once

#include <deft/tensorflow/import.hpp>

#include "graph_def/graph_def.hpp"

namespace deft::tensorflow {

/// Adds the nodes of `read` to `graph`.
ImportedGraph import_nodes(const Graph& graph, const GraphDef& read,
                           const ImportGraphDefOptions& options);

}  // namespace deft::tensorflow
