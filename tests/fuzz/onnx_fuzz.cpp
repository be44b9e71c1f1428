#include <cstddef>
#include <cstdint>
#include <span>

#include <deft/core/error.hpp>
#include <deft/onnx/onnx.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const deft::Graph graph;
    deft::import_onnx(graph, std::as_bytes(std::span(data, size)));
  } catch (const deft::Error& error) {
    if (error.code() == deft::ErrorCode::internal) __builtin_trap();
  }
  return 0;
}
