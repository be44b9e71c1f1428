#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <deft/core/op_def.hpp>
#include <deft/tensorflow/export.hpp>

#include "export/node_writer.hpp"

namespace deft::tensorflow {

/// Writes a part of a graph as a GraphDef. Throws GraphError.
class Exporter {
 public:
  Exporter(const std::vector<Output>& outputs, const ExportGraphDefOptions& options);

  std::string write();

 private:
  /// By variable: the last assign before a node.
  using Assigns = std::map<NodeId, NodeId>;

  void find_initializers();
  void collect();
  void follow_assigns();
  std::string read_of(NodeId reader, NodeId variable) const;
  std::string tensor_of(NodeId reader, Endpoint from) const;
  std::vector<NodeId> waited_for(NodeId id) const;
  std::set<NodeId> all_after(std::set<NodeId> nodes) const;
  bool waits_for_reads(NodeId assign) const;
  std::vector<std::string> controls_of(NodeId id) const;
  void write_node(NodeId id);
  void write_variable(NodeId id);
  void write_initializer(NodeId variable);
  void write_assign(NodeId id);
  const Tensor* value_of(NodeId variable) const;
  bool is_frozen(NodeId variable) const;
  bool is_variable_node(NodeId id) const {
    return graph_.node(id).op->effect == Effect::reads_variable;
  }
  [[noreturn]] void refuse_all(const std::vector<std::string>& problems) const;

  const std::vector<Output>& outputs_;
  const ExportGraphDefOptions& options_;
  Graph graph_;
  GraphWriter out_;
  std::vector<NodeId> order_;
  std::map<NodeId, NodeId> initializers_;              // by variable
  std::map<NodeId, std::vector<NodeId>> added_waits_;  // of Graph::add_control_dependency
  std::map<NodeId, Assigns> assigns_before_;           // by node
  std::map<NodeId, std::string> names_;                // by node
  std::map<NodeId, std::string> reads_;                // by variable: its value at the start
  std::map<NodeId, std::vector<std::string>> tensors_;
  std::set<NodeId> assigned_;                      // variables
  std::map<NodeId, std::string> initial_assigns_;  // by variable: the node of its initial value
};

}  // namespace deft::tensorflow
