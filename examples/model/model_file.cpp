#include "model_file.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "common/errors.hpp"
#include "common/text.hpp"
#include "onnx_file.hpp"
#include "tensorflow_file.hpp"

namespace examples::model {
namespace {

bool is_tensorflow(const std::string& path) {
  constexpr std::array<std::string_view, 3> endings{".pb", ".pbtxt", ".meta"};
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored) ||
         std::ranges::any_of(endings, [&](std::string_view end) { return path.ends_with(end); });
}

}  // namespace

std::vector<std::pair<deft::Output, deft::Tensor>> variable_values(const Model& model) {
  if (!model.values.empty() || model.variables.empty()) return model.values;
  deft::Session session(model.graph);
  session.run(deft::global_variables_initializer(model.graph));
  std::vector<std::pair<deft::Output, deft::Tensor>> values;
  for (const auto& [name, variable] : model.variables) {
    values.emplace_back(variable, session.value(variable));
  }
  return values;
}

std::unique_ptr<ModelFile> open_model(const std::string& path, const std::string& checkpoint) {
  if (is_tensorflow(path)) return open_tensorflow_file(path, checkpoint);
  if (!path.ends_with(".onnx")) {
    throw UserError(printable(path, 200) +
                    ": the name says no format; it is to end in .onnx, .pb, .pbtxt or .meta, or be "
                    "the folder of a SavedModel");
  }
  if (!checkpoint.empty()) throw UserError("--checkpoint is for graphs of TensorFlow");
  return open_onnx_file(path);
}

}  // namespace examples::model
