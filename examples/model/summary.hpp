#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace examples::model {

/// A value that a file declares.
struct Value {
  std::string name;
  std::string dtype;                              // deft's name; the file's if deft has none
  std::optional<std::vector<std::string>> shape;  // numbers, names and "?"; nothing if not even the
                                                  // rank is known
};

/// "f32[N, 3]".
std::string spec_of(const Value& value);

/// What a file says of its model, whether it can be imported or not.
struct Summary {
  std::string file;
  std::string format;                                         // "ONNX"
  std::vector<std::pair<std::string, std::string>> versions;  // of what, and which
  std::string producer;
  std::vector<Value> inputs;
  std::vector<Value> outputs;
  std::map<std::string, std::size_t> operations;  // nodes by operation
  std::int64_t parameters = 0;                    // elements of the tensors in the file
  std::int64_t parameter_bytes = 0;
};

/// Tables for people.
std::string to_text(const Summary& summary);

/// The members of a JSON object.
std::vector<std::pair<std::string, std::string>> json_members(const Summary& summary);

}  // namespace examples::model
