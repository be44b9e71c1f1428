#include "tensorflow_file.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <deft/tensorflow/description.hpp>
#include <deft/tensorflow/tensorflow.hpp>

namespace examples::model {
namespace {

Value value_of(const deft::GraphDefValue& declared) {
  Value value{
      declared.name, declared.dtype ? std::string(to_string(*declared.dtype)) : declared.type, {}};
  if (!declared.shape) return value;
  value.shape.emplace();
  for (const std::int64_t dim : *declared.shape) {
    value.shape->push_back(dim < 0 ? "?" : std::to_string(dim));
  }
  return value;
}

std::string format_name(deft::GraphDefFormat format) {
  switch (format) {
    case deft::GraphDefFormat::graph_def:
      return "TensorFlow GraphDef";
    case deft::GraphDefFormat::meta_graph_def:
      return "TensorFlow MetaGraphDef";
    case deft::GraphDefFormat::saved_model:
      return "TensorFlow SavedModel";
    case deft::GraphDefFormat::text:
      break;
  }
  return "TensorFlow graph as text";
}

/// The elements of variables and constants. Variables whose shape is not known count as nothing.
void count(const deft::GraphDefDescription& description, Summary& summary) {
  summary.parameters = description.constants;
  summary.parameter_bytes = description.constant_bytes;
  for (const deft::GraphDefValue& variable : description.variables) {
    if (!variable.shape || !variable.dtype) continue;
    if (std::ranges::any_of(*variable.shape, [](std::int64_t dim) { return dim < 0; })) continue;
    const deft::Shape shape{std::span<const std::int64_t>(*variable.shape)};
    summary.parameters += shape.num_elements();
    summary.parameter_bytes += static_cast<std::int64_t>(shape.num_bytes(*variable.dtype));
  }
}

/// The checkpoint that TensorFlow writes with such a file, or "".
std::string checkpoint_beside(const std::string& path) {
  const std::filesystem::path file(path);
  std::error_code ignored;
  const std::filesystem::path folder =
      std::filesystem::is_directory(file, ignored) ? file : file.parent_path();
  std::filesystem::path prefix = folder / "variables" / "variables";
  if (file.extension() == ".meta") prefix = std::filesystem::path(file).replace_extension();
  return std::filesystem::exists(prefix.string() + ".index", ignored) ? prefix.string() : "";
}

class TensorflowFile : public ModelFile {
 public:
  TensorflowFile(std::string path, std::string checkpoint)
      : path_(std::move(path)),
        checkpoint_(checkpoint.empty() ? checkpoint_beside(path_) : std::move(checkpoint)) {
    const deft::GraphDefDescription description = deft::describe_graph_def(path_);
    summary_.file = path_;
    summary_.format = format_name(description.format);
    for (const deft::GraphDefValue& placeholder : description.placeholders) {
      summary_.inputs.push_back(value_of(placeholder));
    }
    for (const std::string& end : description.ends) summary_.outputs.push_back({end, "", {}});
    summary_.operations = description.operations;
    count(description, summary_);
  }

  const Summary& summary() const override { return summary_; }

  bool is_parameter(const std::string&) const override { return false; }

  Model import(const ImportRequest& request) const override {
    Model model;
    const deft::ImportedGraph imported =
        deft::import_graph_def(model.graph, path_,
                               {.batch = request.batch,
                                .shapes = shapes_of(request),
                                .constants = request.constants,
                                .fetches = request.outputs,
                                .initial_values = checkpoint_.empty()});
    for (const auto& [name, placeholder] : imported.placeholders) {
      model.inputs.push_back({name, placeholder});
    }
    for (const std::string& name : request.outputs) {
      model.outputs.push_back({name, imported.find(name)});
    }
    if (request.outputs.empty()) {
      for (const Value& end : summary_.outputs) add_end(imported, end.name, model);
    }
    for (const auto& [name, variable] : imported.variables) {
      model.variables.push_back({name, variable});
    }
    if (!checkpoint_.empty()) {
      model.values = imported.restored(deft::read_tensorflow_checkpoint(checkpoint_));
    }
    return model;
  }

  std::vector<deft::NamedTensor> weights(const ImportRequest& request) const override {
    if (!checkpoint_.empty()) return deft::read_tensorflow_checkpoint(checkpoint_);
    const Model model = import(request);
    std::vector<deft::NamedTensor> result;
    for (const auto& [variable, value] : variable_values(model)) {
      const auto named = std::ranges::find(model.variables, variable, &deft::NamedOutput::output);
      result.push_back({named->name, value});
    }
    return result;
  }

 private:
  /// What is a constant needs no shape.
  static std::map<std::string, deft::Shape> shapes_of(const ImportRequest& request) {
    std::map<std::string, deft::Shape> shapes = request.shapes;
    for (const auto& [name, value] : request.constants) shapes.erase(name);
    return shapes;
  }

  static void add_end(const deft::ImportedGraph& imported, const std::string& name, Model& model) {
    const auto found = imported.nodes.find(name);
    if (found == imported.nodes.end()) return;
    for (std::size_t i = 0; i < found->second.size(); ++i) {
      const deft::Output& output = found->second[i];
      if (output.node().outputs.empty()) continue;
      model.outputs.push_back({i == 0 ? name : name + ':' + std::to_string(i), output});
    }
  }

  std::string path_;
  std::string checkpoint_;
  Summary summary_;
};

}  // namespace

std::unique_ptr<ModelFile> open_tensorflow_file(const std::string& path,
                                                const std::string& checkpoint) {
  return std::make_unique<TensorflowFile>(path, checkpoint);
}

}  // namespace examples::model
