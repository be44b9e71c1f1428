#pragma once

#include <string>

#include "proto.hpp"

namespace deft::onnx {

/// Why deft has no import for the operation of a node, and what would do instead.
std::string reason_against(const NodeProto& node);

}  // namespace deft::onnx
