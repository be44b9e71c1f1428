#pragma once

#include <string>
#include <vector>

#include <deft/core/source_location.hpp>
#include <deft/tensorflow/import.hpp>

#include "graph_def/graph_def.hpp"

namespace deft::tensorflow {

/// The bytes of a graph, and how errors call them.
struct GraphFile {
  std::string name;
  std::string bytes;
  GraphDefFormat format = GraphDefFormat::graph_def;
};

/// Reads a file, or that of the folder of a SavedModel. The format is what name and first byte say.
GraphFile open_graph_file(const std::string& path, SourceLocation where);

/// The graph that the bytes are; of a SavedModel, that with these tags.
GraphDef read_graph_file(GraphFile file, const std::vector<std::string>& tags,
                         SourceLocation where);

}  // namespace deft::tensorflow
