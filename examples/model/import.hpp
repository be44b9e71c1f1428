#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <deft/deft.hpp>

#include "model_file.hpp"
#include "options.hpp"

namespace examples::model {

/// A model that deft does not import.
class ImportError : public std::runtime_error {
 public:
  /// From what ModelFile::import throws.
  explicit ImportError(const deft::Error& error);

  /// What cannot be imported and why, a line each; one at least.
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  std::vector<std::string> reasons_;
};

/// A model in a graph, and how it came there.
struct Imported {
  Model model;
  ImportRequest request;
  std::vector<std::string> constants;  // inputs whose values became part of the graph
  double seconds = 0;
};

/// Imports a model for inputs like `given`: their shapes are those of the model's inputs, and their
/// values constants where they are parameters of the model, or where the model cannot be imported
/// otherwise, as few as possible. `source` is the name of the file that they are from. Throws
/// ImportError, and UserError for inputs that the model has not, or has otherwise.
Imported import_model(const ModelFile& file, const Options& options,
                      const std::vector<deft::NamedTensor>& given, const std::string& source);

}  // namespace examples::model
