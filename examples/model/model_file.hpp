#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "summary.hpp"

namespace examples::model {

/// What a model is imported with, by its own names.
struct ImportRequest {
  std::map<std::string, deft::Tensor> constants;  // inputs that are known, and other parameters
  std::map<std::string, deft::Shape> shapes;      // of inputs
  std::map<std::string, std::int64_t> dims;
  std::optional<std::int64_t> batch;
  std::vector<std::string> outputs;  // empty: all
};

/// A model in a graph.
struct Model {
  deft::Graph graph;
  std::vector<deft::NamedOutput> inputs;
  std::vector<deft::NamedOutput> outputs;
  std::vector<deft::NamedOutput> variables;
  std::vector<std::pair<deft::Output, deft::Tensor>> values;  // of its variables; empty: they have
                                                              // initial values
};

/// The values that the variables of a model begin with.
std::vector<std::pair<deft::Output, deft::Tensor>> variable_values(const Model& model);

/// A file of a model, of whichever format.
class ModelFile {
 public:
  virtual ~ModelFile() = default;

  virtual const Summary& summary() const = 0;

  /// Whether ImportRequest::constants may name it, beside inputs.
  virtual bool is_parameter(const std::string& name) const = 0;

  /// Throws deft::Error for a model that cannot be imported. The message is one line, or a line for
  /// each part that cannot be after a first one.
  virtual Model import(const ImportRequest& request) const = 0;

  /// The values of what training would change, by the model's names. Throws as `import`.
  virtual std::vector<deft::NamedTensor> weights(const ImportRequest& request) const = 0;
};

/// Reads what a file says of its model. `checkpoint` is the prefix of one for it, or empty. Throws
/// UserError or deft::FileError.
std::unique_ptr<ModelFile> open_model(const std::string& path, const std::string& checkpoint);

}  // namespace examples::model
