#include <deft/tensorflow/import.hpp>

#include <new>
#include <utility>

#include <deft/core/error.hpp>

#include "import/graph_file.hpp"
#include "import/importer.hpp"

namespace deft {

using tensorflow::GraphFile;

namespace {

ImportedGraph imported(const Graph& graph, GraphFile file, const ImportGraphDefOptions& options) {
  const std::string name = file.name;
  try {
    return tensorflow::import_nodes(
        graph, tensorflow::read_graph_file(std::move(file), options.tags, options.where), options);
  } catch (const std::bad_alloc&) {
    throw FileError({.code = ErrorCode::resource_exhausted,
                     .message = name + ": the system refused the memory that it needs",
                     .cure = "use a smaller graph or free memory",
                     .where = options.where});
  }
}

}  // namespace

ImportedGraph import_graph_def(const Graph& graph, const std::string& path,
                               const ImportGraphDefOptions& options) {
  return imported(graph, tensorflow::open_graph_file(path, options.where), options);
}

ImportedGraph import_graph_def(const Graph& graph, std::span<const char> bytes,
                               GraphDefFormat format, const ImportGraphDefOptions& options,
                               std::string_view name) {
  return imported(graph, {std::string(name), std::string(bytes.begin(), bytes.end()), format},
                  options);
}

}  // namespace deft
