#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// A dimension that a model declares: a number, or a name of one that is not known, or neither.
struct OnnxDimension {
  std::optional<std::int64_t> size = {};
  std::string name = {};
};

/// What a model says of a value before anything is imported.
struct OnnxValue {
  std::string name = {};
  std::string type = {};                                 // "FLOAT", "INT64", as onnx.proto has them
  std::optional<DType> dtype = {};                       // nothing if deft has none for the type
  std::optional<std::vector<OnnxDimension>> shape = {};  // nothing if not even the rank is said
};

/// What the file of a model says of it, whether deft can import it or not.
struct OnnxDescription {
  std::int64_t ir_version = 0;
  std::map<std::string, std::int64_t> opsets =
      {};  // versions of operations by domain; "": ONNX's own
  std::string producer = {};
  std::map<std::string, std::string> metadata = {};
  std::vector<OnnxValue> inputs = {};  // in the order of the model, those with a default too
  std::vector<OnnxValue> outputs = {};
  std::vector<OnnxValue> initializers = {};
  /// Nodes by operation, "Conv" or "ai.onnx.ml.Scaler": those of the graph, and once each those of
  /// functions, branches and bodies of loops.
  std::map<std::string, std::size_t> operations = {};
  std::int64_t parameters = 0;  // elements of initializers and of tensors within nodes
  std::int64_t parameter_bytes = 0;
};

/// Reads what a model (https://onnx.ai) says of itself; of the elements of its tensors nothing is
/// read. Throws FileError for a file that is no model.
OnnxDescription describe_onnx(const std::string& path,
                              SourceLocation where = SourceLocation::current());

}  // namespace deft
