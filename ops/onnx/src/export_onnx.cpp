#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/files/bytes.hpp>
#include <deft/onnx/onnx.hpp>

#include "export/exporter.hpp"

namespace deft {
namespace {

std::vector<NamedOutput> under_their_names(const std::vector<Output>& outputs) {
  std::vector<NamedOutput> named;
  named.reserve(outputs.size());
  for (const Output& output : outputs)
    named.push_back({output.is_empty() ? "output" : output.name(), output});
  return named;
}

}  // namespace

void export_onnx(const std::vector<NamedOutput>& outputs, const std::string& path,
                 const OnnxExportOptions& options) {
  write_bytes(path, onnx::Exporter(outputs, options).write(), options.where);
}

void export_onnx(const std::vector<Output>& outputs, const std::string& path,
                 const OnnxExportOptions& options) {
  export_onnx(under_their_names(outputs), path, options);
}

std::vector<std::byte> export_onnx(const std::vector<NamedOutput>& outputs,
                                   const OnnxExportOptions& options) {
  const std::string bytes = onnx::Exporter(outputs, options).write();
  const auto all = std::as_bytes(std::span(bytes));
  return {all.begin(), all.end()};
}

std::vector<std::byte> export_onnx(const std::vector<Output>& outputs,
                                   const OnnxExportOptions& options) {
  return export_onnx(under_their_names(outputs), options);
}

}  // namespace deft
