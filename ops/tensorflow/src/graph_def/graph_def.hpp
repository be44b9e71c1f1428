#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <deft/core/files/wire_reader.hpp>

// TensorFlow's graphs as their files have them.
namespace deft::tensorflow {

/// Dimensions, -1 where they are unknown; nothing if the rank is.
using ShapeDef = std::optional<std::vector<std::int64_t>>;

/// A number of DataType.
struct TypeDef {
  int number = 0;
};

/// A tensor that has not been read yet.
struct TensorDef {
  WireReader reader;
};

/// A value that deft does not look into: a function, a placeholder of one.
struct OpaqueDef {};

/// Lists of one kind each; more than one if the file mixes them.
struct ListDef {
  std::vector<std::string> texts;
  std::vector<std::int64_t> integers;
  std::vector<float> floats;
  std::vector<bool> booleans;
  std::vector<int> types;
  std::vector<ShapeDef> shapes;
};

using AttrValue = std::variant<OpaqueDef, std::string, std::int64_t, float, bool, TypeDef, ShapeDef,
                               TensorDef, ListDef>;

/// An input of a node: output `index` of the node `node`, or all of that node for a control input.
struct InputDef {
  std::string node;
  std::uint32_t index = 0;
  bool is_control = false;
};

struct NodeDef {
  std::string name;
  std::string op;
  std::vector<InputDef> inputs;
  std::vector<std::pair<std::string, AttrValue>> attributes;

  /// The value of an attribute, or nullptr.
  const AttrValue* find(std::string_view attribute) const;

  /// The same if it is of this kind.
  template <class T>
  const T* get(std::string_view attribute) const {
    const AttrValue* const value = find(attribute);
    return value == nullptr ? nullptr : std::get_if<T>(value);
  }
};

/// What a MetaGraphDef tells of a variable.
struct VariableDef {
  std::string name;         // of the node, without ":0"
  std::string initializer;  // the node that assigns the initial value
  bool is_trainable = false;
};

/// A graph, and the bytes that its tensors are read from.
struct GraphDef {
  std::shared_ptr<const std::string> bytes;
  std::shared_ptr<const WireSource> source;
  std::vector<NodeDef> nodes;
  std::set<std::string, std::less<>> functions;  // names of the library
  std::vector<VariableDef> variables;            // of a MetaGraphDef
  bool has_collections = false;                  // whether the file is one
};

/// What a file holds.
enum class GraphKind { graph, meta_graph, saved_model };

/// Reads a message of this kind. Of a SavedModel the graph with exactly these tags is read, or, if
/// `tags` are empty, the only one, or the one that is to be served. Throws FileError.
GraphDef read_graph_def(std::string bytes, std::string name, GraphKind kind,
                        const std::vector<std::string>& tags, SourceLocation where);

/// "name", "name:1" or "^name"; nothing for what is none of these.
std::optional<InputDef> parse_input(std::string_view text);

}  // namespace deft::tensorflow
