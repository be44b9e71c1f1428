#include "onnx_file.hpp"

#include <algorithm>

#include <deft/onnx/description.hpp>

namespace examples::model {
namespace {

Value value_of(const deft::OnnxValue& declared) {
  Value value{
      declared.name, declared.dtype ? std::string(to_string(*declared.dtype)) : declared.type, {}};
  if (!declared.shape) return value;
  value.shape.emplace();
  for (const deft::OnnxDimension& dim : *declared.shape) {
    value.shape->push_back(dim.size           ? std::to_string(*dim.size)
                           : dim.name.empty() ? "?"
                                              : dim.name);
  }
  return value;
}

Summary summary_of(const std::string& path, const deft::OnnxDescription& description) {
  Summary summary;
  summary.file = path;
  summary.format = "ONNX";
  summary.versions.emplace_back("ir", std::to_string(description.ir_version));
  for (const auto& [domain, version] : description.opsets) {
    summary.versions.emplace_back(domain.empty() ? "opset" : domain, std::to_string(version));
  }
  summary.producer = description.producer;
  for (const deft::OnnxValue& input : description.inputs) {
    summary.inputs.push_back(value_of(input));
  }
  for (const deft::OnnxValue& output : description.outputs) {
    summary.outputs.push_back(value_of(output));
  }
  summary.operations = description.operations;
  summary.parameters = description.parameters;
  summary.parameter_bytes = description.parameter_bytes;
  return summary;
}

deft::OnnxImportOptions options_for(const ImportRequest& request, const std::string& variables) {
  return {.constants = request.constants,
          .dims = request.dims,
          .shapes = request.shapes,
          .batch = request.batch,
          .variables = variables,
          .outputs = request.outputs};
}

class OnnxFile : public ModelFile {
 public:
  explicit OnnxFile(std::string path)
      : path_(std::move(path)), description_(deft::describe_onnx(path_)) {
    // Version 3 of the format wants initializers among the inputs: those are no inputs but with a
    // default.
    std::erase_if(description_.inputs,
                  [&](const deft::OnnxValue& input) { return is_parameter(input.name); });
    summary_ = summary_of(path_, description_);
  }

  const Summary& summary() const override { return summary_; }

  bool is_parameter(const std::string& name) const override {
    return std::ranges::find(description_.initializers, name, &deft::OnnxValue::name) !=
           description_.initializers.end();
  }

  Model import(const ImportRequest& request) const override {
    Model model;
    const deft::OnnxModel imported =
        deft::import_onnx(model.graph, path_, options_for(request, {}));
    model.inputs = imported.inputs;
    model.outputs = imported.outputs;
    return model;
  }

  std::vector<deft::NamedTensor> weights(const ImportRequest& request) const override {
    const deft::Graph graph;
    const deft::OnnxModel imported = deft::import_onnx(graph, path_, options_for(request, "*"));
    deft::Session session(graph);
    session.run(deft::global_variables_initializer(graph));
    std::vector<deft::NamedTensor> result;
    for (const auto& [name, variable] : imported.variables) {
      result.push_back({name, session.value(variable)});
    }
    return result;
  }

 private:
  std::string path_;
  deft::OnnxDescription description_;
  Summary summary_;
};

}  // namespace

std::unique_ptr<ModelFile> open_onnx_file(const std::string& path) {
  return std::make_unique<OnnxFile>(path);
}

}  // namespace examples::model
