#pragma once

#include <optional>
#include <string>

#include <deft/core/dtype.hpp>
#include <deft/core/tensor.hpp>

#include "external_data.hpp"
#include "proto.hpp"

namespace deft::onnx {

/// The dtype of these elements, if deft has it.
std::optional<DType> dtype_of(ElementType type);

/// The element type that is this dtype.
ElementType type_of(DType dtype);

/// "FLOAT", "INT64", ... as ONNX calls an element type; "type 77" of one that ONNX does not know.
std::string name_of(ElementType type);

/// The elements of a tensor. Throws FileError if they are not as many as its shape says, or of a
/// dtype that deft does not have; no size takes memory that the file does not hold.
Tensor tensor_of(const TensorProto& proto, ExternalData& external, const std::string& model,
                 SourceLocation where);

}  // namespace deft::onnx
