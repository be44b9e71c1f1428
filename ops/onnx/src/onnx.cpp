#include <deft/onnx/onnx.hpp>

#include <filesystem>
#include <new>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/files/bytes.hpp>

#include "importer.hpp"
#include "proto_reader.hpp"

namespace deft {
namespace {

Output find(const std::vector<NamedOutput>& all, std::string_view name, const char* kind,
            SourceLocation where) {
  std::string names;
  for (const NamedOutput& named : all) {
    if (named.name == name) return named.output;
    names += (names.empty() ? "\"" : ", \"") + named.name + '"';
  }
  throw ValueError(
      {.code = ErrorCode::invalid_argument,
       .message = std::string("the model has no ") + kind + " \"" + std::string(name) + '"',
       .cure = names.empty() ? "it has none at all" : "it has " + names,
       .where = where});
}

OnnxModel import(const Graph& graph, const WireSource& source, const std::string& folder,
                 const OnnxImportOptions& options) {
  try {
    const onnx::ModelProto model = onnx::read_model(source);
    onnx::ExternalData external(source.name, folder, options.where);
    return onnx::Importer(graph, model, std::move(external), source.name, options).import();
  } catch (const std::bad_alloc&) {
    throw FileError({.code = ErrorCode::resource_exhausted,
                     .message = source.name + ": the system refused the memory that it needs",
                     .cure = "use a smaller model or free memory",
                     .where = options.where});
  }
}

}  // namespace

OnnxModel import_onnx(const Graph& graph, const std::string& path,
                      const OnnxImportOptions& options) {
  const std::string bytes = read_bytes(path, options.where);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return import(graph, {path, bytes, options.where}, folder.empty() ? "." : folder.string(),
                options);
}

OnnxModel import_onnx(const Graph& graph, std::span<const std::byte> bytes,
                      const OnnxImportOptions& options) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return import(graph, {"the model", text, options.where}, "", options);
}

Output OnnxModel::input(std::string_view name, SourceLocation where) const {
  return find(inputs, name, "input", where);
}

Output OnnxModel::output(std::string_view name, SourceLocation where) const {
  return find(outputs, name, "output", where);
}

Output OnnxModel::variable(std::string_view name, SourceLocation where) const {
  return find(variables, name, "variable", where);
}

}  // namespace deft
