#pragma once

#include <string>

#include <deft/core/shape.hpp>

#include "proto.hpp"

namespace deft::onnx {

/// What a model says of an output: its dtype and shape, without a word on unknown dimensions.
ValueProto described(const std::string& name, const TensorSpec& spec);

/// The same of an input, with names for dimensions that are not known: the first has that of all
/// batches, others their own.
ValueProto described_input(const std::string& name, const TensorSpec& spec);

}  // namespace deft::onnx
