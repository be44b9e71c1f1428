#pragma once

#include <cstdint>

namespace deft::onnx {

/// The domain of functions that stand for operations of deft. An importer that knows them takes the
/// operation; others take the body that the model has for it.
constexpr const char* own_domain = "deft";
constexpr std::int64_t own_version = 1;

/// What models are written as.
constexpr std::int64_t written_ir = 8;
constexpr std::int64_t written_opset = 17;

}  // namespace deft::onnx
