#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/scope.hpp>
#include <deft/core/tensor.hpp>
#include <deft/ops/constant_value.hpp>
#include <deft/ops/scalar.hpp>

#include "graph_def/graph_def.hpp"

namespace deft::tensorflow {

/// Why a node cannot be imported.
struct Unsupported {
  std::string reason;
};

/// What of the options the handlers of nodes see, by the name of a node.
struct Bindings {
  std::optional<std::int64_t> batch;
  std::map<std::string, Shape, std::less<>> shapes;
  std::map<std::string, Tensor, std::less<>> constants;
  std::vector<std::string> fed;  // placeholders with a default that are to be fed
};

/// What is known of a variable beside its node.
struct VariableContext {
  Output initial_value;  // empty: none is known
  std::optional<bool> is_trainable;
};

/// What the handler of an op sees of a node: its inputs as outputs of deft's graph, its attributes,
/// and the names for what it makes. All that it asks for in vain throws Unsupported.
class NodeContext {
 public:
  NodeContext(const Graph& graph, const NodeDef& node, std::string name, std::vector<Output> inputs,
              const Bindings& bindings, VariableContext variable, bool is_initial,
              ConstantValues& constants)
      : graph_(graph),
        node_(node),
        name_(std::move(name)),
        inputs_(std::move(inputs)),
        bindings_(bindings),
        variable_(std::move(variable)),
        is_initial_(is_initial),
        constants_(constants) {}

  const Graph& graph() const { return graph_; }
  const NodeDef& node() const { return node_; }
  const Bindings& bindings() const { return bindings_; }
  const VariableContext& variable_context() const { return variable_; }
  bool is_initial() const { return is_initial_; }  // whether an initial value depends on it

  std::size_t num_inputs() const { return inputs_.size(); }  // without control inputs
  const Output& input(std::size_t i) const;
  std::vector<Output> inputs(std::size_t begin, std::size_t end) const;

  /// The variable that input `i` refers to: what a variable's node or an assign gives.
  Output variable(std::size_t i) const;

  /// The value of an input that must be known when the graph is built.
  Tensor constant(std::size_t i) const;
  std::vector<std::int64_t> integers(std::size_t i) const;
  std::int64_t integer(std::size_t i) const;
  Shape shape(std::size_t i) const;
  Scalar scalar(std::size_t i) const;

  // Attributes. Those with a default may be missing, as they are in files of older versions.
  bool has(std::string_view attribute) const { return node_.find(attribute) != nullptr; }
  DType dtype(std::string_view attribute) const;
  DType dtype(std::string_view attribute, DType otherwise) const;
  bool boolean(std::string_view attribute, bool otherwise) const;
  std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
  std::int64_t integer(std::string_view attribute) const;
  float number(std::string_view attribute, float otherwise) const;
  std::string text(std::string_view attribute, std::string_view otherwise) const;
  std::vector<std::int64_t> integers(std::string_view attribute,
                                     std::vector<std::int64_t> otherwise) const;
  ShapeDef shape_def(std::string_view attribute) const;
  const TensorDef& tensor(std::string_view attribute) const;

  /// The options of the node that is the result.
  NodeOptions options() const { return {.name = name_}; }
  const std::string& name() const { return name_; }

  /// What `build` returns, which names its nodes under the name of the result.
  template <class Build>
  auto inside(const Build& build) const {
    const NameScope scope(graph_, name_);
    return build();
  }

  [[noreturn]] void refuse(const std::string& reason) const { throw Unsupported{reason}; }

 private:
  template <class T>
  const T* get(std::string_view attribute) const;

  const Graph& graph_;
  const NodeDef& node_;
  std::string name_;
  std::vector<Output> inputs_;
  const Bindings& bindings_;
  VariableContext variable_;
  bool is_initial_;
  ConstantValues& constants_;
};

}  // namespace deft::tensorflow
