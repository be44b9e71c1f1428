#pragma once

#include <deft/core/files/wire_reader.hpp>

#include "proto.hpp"

namespace deft::onnx {

/// Reads a model. Beyond what the wire format demands, it has a version, one graph and the versions
/// of its operations: what is cut off at the end of a file often parses. Throws FileError.
ModelProto read_model(const WireSource& source);

/// Reads a tensor, as the files of ONNX's test data hold it.
TensorProto read_tensor(const WireSource& source);

}  // namespace deft::onnx
