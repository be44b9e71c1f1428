#pragma once

#include <string>

#include "proto.hpp"

namespace deft::onnx {

/// The bytes of a model, as onnx.proto has them. Elements of tensors are those in `raw`.
std::string write_model(const ModelProto& model);

/// The bytes of a function, by which equal ones are found.
std::string write_function(const FunctionProto& function);

}  // namespace deft::onnx
