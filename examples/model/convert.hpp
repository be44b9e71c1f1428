#pragma once

#include <string>

#include "import.hpp"
#include "model_file.hpp"

namespace examples::model {

/// Whether a model can be written to a file of that name.
bool is_convertible_to(const std::string& path);

/// Writes a model that has been imported from `file` in the format that the name says: of ONNX, or
/// TensorFlow's, with variables as constants; or its weights to a file of tensors. Throws
/// deft::Error.
void convert(const ModelFile& file, const Imported& imported, const std::string& path);

}  // namespace examples::model
