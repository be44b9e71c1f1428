#include "import/graph_file.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <deft/core/files/bytes.hpp>

#include "graph_def/fields.hpp"
#include "graph_def/text_format.hpp"

namespace deft::tensorflow {
namespace {

/// Of a file in the binary format: a SavedModel begins with a number, a GraphDef with a node.
bool is_saved_model(std::string_view bytes) {
  constexpr auto first_key = static_cast<char>(fields::saved_model::schema_version << 3U);
  return !bytes.empty() && bytes.front() == first_key;
}

GraphDefFormat format_of(const std::filesystem::path& path, std::string_view bytes) {
  const std::string extension = path.extension().string();
  if (extension == ".pbtxt" || extension == ".prototxt" || extension == ".txt")
    return GraphDefFormat::text;
  if (extension == ".meta") return GraphDefFormat::meta_graph_def;
  return is_saved_model(bytes) ? GraphDefFormat::saved_model : GraphDefFormat::graph_def;
}

}  // namespace

GraphFile open_graph_file(const std::string& path, SourceLocation where) {
  std::filesystem::path file = path;
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    file /= "saved_model.pb";
    if (!std::filesystem::exists(file, ignored)) file.replace_extension(".pbtxt");
  }
  std::string bytes = read_bytes(file.string(), where);
  const GraphDefFormat format = format_of(file, bytes);
  return {file.string(), std::move(bytes), format};
}

GraphDef read_graph_file(GraphFile file, const std::vector<std::string>& tags,
                         SourceLocation where) {
  const auto read_as = [&](std::string message, GraphKind kind) {
    return read_graph_def(std::move(message), file.name, kind, tags, where);
  };
  switch (file.format) {
    case GraphDefFormat::graph_def:
      return read_as(std::move(file.bytes), GraphKind::graph);
    case GraphDefFormat::meta_graph_def:
      return read_as(std::move(file.bytes), GraphKind::meta_graph);
    case GraphDefFormat::saved_model:
      return read_as(std::move(file.bytes), GraphKind::saved_model);
    case GraphDefFormat::text:
      break;
  }
  ParsedText parsed = parse_text({file.name, file.bytes, where});
  return read_as(std::move(parsed.bytes), parsed.kind);
}

}  // namespace deft::tensorflow
