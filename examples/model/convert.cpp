#include "convert.hpp"

#include <algorithm>

#include <deft/onnx/onnx.hpp>
#include <deft/tensorflow/tensorflow.hpp>

#include "tensor_file.hpp"

namespace examples::model {
namespace {

bool is_onnx(const std::string& path) { return path.ends_with(".onnx"); }
bool is_graph_def(const std::string& path) {
  return path.ends_with(".pb") || path.ends_with(".pbtxt");
}

void write_onnx(const Model& model, const std::string& path) {
  const auto values = variable_values(model);
  const auto value_of = [&](const deft::Output& variable) {
    return std::ranges::find(values, variable, &std::pair<deft::Output, deft::Tensor>::first)
        ->second;
  };
  deft::export_onnx(model.outputs, path, {.value_of = value_of, .inputs = model.inputs});
}

void write_graph_def(const Model& model, const std::string& path) {
  std::vector<deft::Output> outputs;
  for (const deft::NamedOutput& output : model.outputs) outputs.push_back(output.output);
  deft::export_graph_def(outputs, path, {.values = variable_values(model), .freeze = true});
}

}  // namespace

bool is_convertible_to(const std::string& path) {
  return is_tensor_file(path) || is_onnx(path) || is_graph_def(path);
}

void convert(const ModelFile& file, const Imported& imported, const std::string& path) {
  if (is_tensor_file(path)) {
    write_tensors(path, file.weights(imported.request));
  } else if (is_onnx(path)) {
    write_onnx(imported.model, path);
  } else {
    write_graph_def(imported.model, path);
  }
}

}  // namespace examples::model
