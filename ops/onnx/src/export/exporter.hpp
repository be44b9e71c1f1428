#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/onnx/onnx.hpp>
#include <deft/ops/constant_value.hpp>

#include "export/export_context.hpp"
#include "export/function_library.hpp"

namespace deft::onnx {

/// Exports one model.
class Exporter {
 public:
  Exporter(const std::vector<NamedOutput>& outputs, const OnnxExportOptions& options);

  /// The bytes of the model.
  std::string write();

  std::optional<Tensor> known(const Output& output);
  std::optional<Tensor> stored(const Output& output);
  FunctionLibrary& functions() { return functions_; }

 private:
  using Key = std::pair<NodeId, std::uint32_t>;
  static Key key(Endpoint endpoint) { return {endpoint.node, endpoint.index}; }

  void check(const std::vector<NamedOutput>& named, const char* kind) const;
  void name_inputs();
  void name_placeholder(const Output& output);
  void name_outputs();
  /// The nodes that the outputs depend on, each after those that it depends on.
  std::vector<NodeId> needed_nodes() const;
  bool depends_on_inputs(const Node& node) const;
  void add_node(NodeId id);
  std::vector<ValueName> named_outputs(NodeId id);
  std::vector<ValueName> inputs_of(const Node& node) const;
  Tensor value_of_variable(const Output& variable) const;
  void add_variable(const Output& variable, const std::vector<ValueName>& outputs);
  bool add_folded(NodeId id, const std::vector<ValueName>& outputs);
  void add_operation(const Output& handle, const std::vector<ValueName>& outputs);
  void refuse(const Output& handle, const std::vector<ValueName>& outputs,
              const std::string& reason);
  void finish_outputs();
  GraphProto pruned_graph() const;
  void throw_refusals(const std::vector<NodeProto>& nodes) const;
  [[noreturn]] void fail(const std::string& problem, const std::string& cure) const;

  const std::vector<NamedOutput>& outputs_;
  const OnnxExportOptions& options_;
  Graph graph_;
  ConstantValues constants_;
  UniqueNames names_;
  NodeWriter writer_;
  FunctionLibrary functions_;
  std::map<Key, ValueName> values_;
  std::set<Key> inputs_;   // outputs of the graph that are inputs of the model by the options
  std::set<NodeId> open_;  // nodes that depend on such inputs
  std::vector<NamedOutput> placeholders_;
  std::map<std::string, std::string> refusals_;  // by the first output of the node
};

}  // namespace deft::onnx
