#include <deft/tensorflow/import.hpp>

#include "import/graph_file.hpp"
#include "import/importer.hpp"

namespace deft {

using tensorflow::GraphFile;

ImportedGraph import_graph_def(const Graph& graph, const std::string& path,
                               const ImportGraphDefOptions& options) {
  GraphFile file = tensorflow::open_graph_file(path, options.where);
  return tensorflow::import_nodes(
      graph, tensorflow::read_graph_file(std::move(file), options.tags, options.where), options);
}

ImportedGraph import_graph_def(const Graph& graph, std::span<const char> bytes,
                               GraphDefFormat format, const ImportGraphDefOptions& options,
                               std::string_view name) {
  GraphFile file{std::string(name), std::string(bytes.begin(), bytes.end()), format};
  return tensorflow::import_nodes(
      graph, tensorflow::read_graph_file(std::move(file), options.tags, options.where), options);
}

}  // namespace deft
