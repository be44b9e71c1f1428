#include <deft/tensorflow/export.hpp>

#include <deft/core/error.hpp>
#include <deft/core/files/bytes.hpp>

#include "export/exporter.hpp"
#include "graph_def/schema.hpp"
#include "graph_def/text_format.hpp"

namespace deft {

std::string graph_def_bytes(const std::vector<Output>& outputs,
                            const ExportGraphDefOptions& options) {
  return tensorflow::Exporter(outputs, options).write();
}

void export_graph_def(const std::vector<Output>& outputs, const std::string& path,
                      const ExportGraphDefOptions& options) {
  std::string bytes = graph_def_bytes(outputs, options);
  if (path.ends_with(".pbtxt"))
    bytes = tensorflow::print_text({path, bytes, options.where}, tensorflow::graph_schema);
  write_bytes(path, bytes, options.where);
}

}  // namespace deft
