#include <cstddef>
#include <cstdint>
#include <span>

#include <deft/core/error.hpp>
#include <deft/tensorflow/import.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const char> bytes(reinterpret_cast<const char*>(data), size);
  for (const deft::GraphDefFormat format :
       {deft::GraphDefFormat::graph_def, deft::GraphDefFormat::meta_graph_def,
        deft::GraphDefFormat::saved_model, deft::GraphDefFormat::text}) {
    try {
      const deft::Graph graph;
      deft::import_graph_def(graph, bytes, format, {.batch = 2});
    } catch (const deft::Error& error) {
      if (error.code() == deft::ErrorCode::internal) __builtin_trap();
    }
  }
  return 0;
}
