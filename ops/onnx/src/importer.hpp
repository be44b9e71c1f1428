#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/onnx/onnx.hpp>
#include <deft/ops/constant_value.hpp>

#include "channels_last.hpp"
#include "external_data.hpp"
#include "op_table.hpp"
#include "proto.hpp"
#include "transposed_weights.hpp"

namespace deft::onnx {

/// What a name of a model stands for: an output of the graph, none where an optional input of a
/// function was left out, or something that could not be imported.
struct Value {
  Output output = {};
  bool failed = false;
};

/// The values that the nodes of a graph, or of the body of a function, see by name.
class Scope {
 public:
  Scope(const Opsets& opsets, const Scope* outer)
      : opsets_(opsets),
        outer_(outer),
        parameters_(outer == nullptr ? nullptr : outer->parameters_) {}

  /// The body of a function with these parameters, which sees no other values.
  Scope(const Opsets& opsets, const std::vector<NamedAttribute>& parameters)
      : opsets_(opsets), outer_(nullptr), parameters_(&parameters) {}

  const Opsets& opsets() const { return opsets_; }

  void set(const std::string& name, Value value) { values_[name] = std::move(value); }

  /// The value of a name here or in a scope around, or nullptr.
  const Value* find(const std::string& name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->outer_)
      if (const auto found = scope->values_.find(name); found != scope->values_.end())
        return &found->second;
    return nullptr;
  }

  /// The parameter of the function, or nullptr.
  const AttributeProto* parameter(const std::string& name) const {
    if (parameters_ != nullptr)
      for (const NamedAttribute& parameter : *parameters_)
        if (parameter.name == name) return parameter.attribute;
    return nullptr;
  }

 private:
  const Opsets& opsets_;
  const Scope* outer_;
  const std::vector<NamedAttribute>* parameters_;
  std::map<std::string, Value> values_;
};

/// Domain, name and overload.
using FunctionName = std::tuple<std::string_view, std::string_view, std::string_view>;

/// Imports one model.
class Importer {
 public:
  Importer(const Graph& graph, const ModelProto& model, ExternalData external, std::string file,
           const OnnxImportOptions& options);

  OnnxModel import();

  const Graph& graph() const { return graph_; }
  ConstantValues& constants() { return constants_; }
  ChannelsLast& channels_last() { return channels_last_; }
  TransposedWeights& transposed_weights() { return transposed_weights_; }

  /// The elements of a tensor. Throws FileError.
  Tensor read(const TensorProto& tensor);

  /// Imports a graph within a node whose scope is `outer`; gives its outputs. Throws Unsupported if
  /// one of them cannot be imported.
  std::vector<Output> import_body(const GraphProto& body, const std::vector<Output>& inputs,
                                  const Scope& outer);

 private:
  // importer_inputs.cpp
  void check_options() const;
  void add_input(const ValueProto& input, Scope& scope);
  Shape shape_of(const ValueProto& input) const;
  void add_initializers(const GraphProto& graph, Scope& scope, bool of_model);
  Output made_of(const TensorProto& initializer, bool of_model);

  // importer.cpp
  void add_nodes(const std::vector<NodeProto>& nodes, const std::vector<std::string>& wanted,
                 Scope& scope);
  void add_node(const NodeProto& node, Scope& scope);
  std::vector<Output> made_by(const NodeProto& node, const Scope& scope);
  std::vector<Output> expanded(const FunctionProto& function, const NodeProto& node,
                               const Scope& scope);
  const FunctionProto* find_function(const NodeProto& node) const;
  std::vector<Output> looked_up(const std::vector<std::string>& names, const Scope& scope) const;
  /// Counts what a function, a branch or an iteration adds. Throws FileError if it is too much.
  void spend(std::size_t count);
  void refuse(const NodeProto& node, const Scope& scope, const std::string& reason);
  [[noreturn]] void fail(const std::string& problem, const std::string& cure) const;

  const Graph graph_;
  const ModelProto& model_;
  ExternalData external_;
  std::string file_;
  const OnnxImportOptions& options_;
  std::set<std::string> statistics_;  // initializers that training must leave alone
  ConstantValues constants_;
  ChannelsLast channels_last_;
  TransposedWeights transposed_weights_;
  OnnxModel result_;
  std::vector<std::string> refusals_;
  int depth_ = 0;                       // of functions and bodies in each other
  std::size_t expanded_ = 0;            // nodes and values within them
  std::size_t repeated_bytes_ = 0;      // of tensors within them that share no memory
  std::map<const char*, Tensor> read_;  // tensors within them, by their bytes in the file
  std::map<FunctionName, const FunctionProto*> functions_;
};

}  // namespace deft::onnx
