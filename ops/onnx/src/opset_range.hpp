#pragma once

#include <cstdint>

namespace deft::onnx {

/// The versions of ONNX's own operations that deft imports. Of older ones it imports those that
/// have not changed since.
constexpr std::int64_t oldest_opset = 6;
constexpr std::int64_t newest_opset = 28;

}  // namespace deft::onnx
