#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/source_location.hpp>
#include <deft/tensorflow/import.hpp>

namespace deft {

/// A placeholder or a variable as a graph of TensorFlow declares it.
struct GraphDefValue {
  std::string name = {};                                // of the node
  std::string type = {};                                // "DT_FLOAT", as types.proto has them
  std::optional<DType> dtype = {};                      // nothing if deft has none for the type
  std::optional<std::vector<std::int64_t>> shape = {};  // -1: not known; nothing if not the rank
};

/// What the file of a graph says of it, whether deft can import it or not.
struct GraphDefDescription {
  GraphDefFormat format = GraphDefFormat::graph_def;
  std::vector<GraphDefValue> placeholders = {};  // in the order of the file
  std::vector<GraphDefValue> variables = {};
  std::vector<std::string> ends = {};  // nodes that no other node reads, without those for saving
                                       // and summaries, those that assign, and constants
  std::map<std::string, std::size_t> operations = {};  // nodes by operation
  std::int64_t constants = 0;                          // elements of the tensors in the file
  std::int64_t constant_bytes = 0;
};

/// Reads what a graph of TensorFlow says of itself, of the files that import_graph_def reads.
/// Throws FileError.
GraphDefDescription describe_graph_def(const std::string& path,
                                       const std::vector<std::string>& tags = {},
                                       SourceLocation where = SourceLocation::current());

}  // namespace deft
