#include <deft/tensorflow/import.hpp>

#include <filesystem>
#include <system_error>

#include <deft/core/files/bytes.hpp>

#include "graph_def/fields.hpp"
#include "graph_def/graph_def.hpp"
#include "graph_def/text_format.hpp"
#include "import/importer.hpp"

namespace deft {
namespace tensorflow {
namespace {

/// Of a file in the binary format: a SavedModel begins with a number, a GraphDef with a node.
bool is_saved_model(std::string_view bytes) {
  constexpr auto first_key = static_cast<char>(fields::saved_model::schema_version << 3U);
  return !bytes.empty() && bytes.front() == first_key;
}

GraphDef read(std::string bytes, const std::string& name, GraphDefFormat format,
              const ImportGraphDefOptions& options) {
  const auto read_as = [&](std::string message, GraphKind kind) {
    return read_graph_def(std::move(message), name, kind, options.tags, options.where);
  };
  switch (format) {
    case GraphDefFormat::graph_def:
      return read_as(std::move(bytes), GraphKind::graph);
    case GraphDefFormat::meta_graph_def:
      return read_as(std::move(bytes), GraphKind::meta_graph);
    case GraphDefFormat::saved_model:
      return read_as(std::move(bytes), GraphKind::saved_model);
    case GraphDefFormat::text:
      break;
  }
  ParsedText parsed = parse_text({name, bytes, options.where});
  return read_as(std::move(parsed.bytes), parsed.kind);
}

GraphDefFormat format_of(const std::filesystem::path& path, std::string_view bytes) {
  const std::string extension = path.extension().string();
  if (extension == ".pbtxt" || extension == ".prototxt" || extension == ".txt")
    return GraphDefFormat::text;
  if (extension == ".meta") return GraphDefFormat::meta_graph_def;
  return is_saved_model(bytes) ? GraphDefFormat::saved_model : GraphDefFormat::graph_def;
}

}  // namespace
}  // namespace tensorflow

ImportedGraph import_graph_def(const Graph& graph, const std::string& path,
                               const ImportGraphDefOptions& options) {
  std::filesystem::path file = path;
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    file /= "saved_model.pb";
    if (!std::filesystem::exists(file, ignored)) file.replace_extension(".pbtxt");
  }
  std::string bytes = read_bytes(file.string(), options.where);
  const GraphDefFormat format = tensorflow::format_of(file, bytes);
  return tensorflow::import_nodes(
      graph, tensorflow::read(std::move(bytes), file.string(), format, options), options);
}

ImportedGraph import_graph_def(const Graph& graph, std::span<const char> bytes,
                               GraphDefFormat format, const ImportGraphDefOptions& options,
                               std::string_view name) {
  return tensorflow::import_nodes(
      graph,
      tensorflow::read(std::string(bytes.begin(), bytes.end()), std::string(name), format, options),
      options);
}

}  // namespace deft
