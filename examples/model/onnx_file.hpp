#pragma once

#include <memory>
#include <string>

#include "model_file.hpp"

namespace examples::model {

/// A model of ONNX. Throws deft::FileError.
std::unique_ptr<ModelFile> open_onnx_file(const std::string& path);

}  // namespace examples::model
