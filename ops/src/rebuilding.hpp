#pragma once

#include <map>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// Nodes with some outputs in the place of others: those that depend on these, by data or by
/// control edges, are built anew, with their names and lines.
class Rebuilding {
 public:
  explicit Rebuilding(const Graph& graph) : graph_(graph) {}

  void replace(const Output& from, const Output& to);

  /// Builds what is between the replaced outputs and these nodes.
  void build(const std::vector<NodeId>& roots);

  /// What an output has become.
  Output operator()(Endpoint output) const;

 private:
  void add(NodeId id, const std::vector<Output>& inputs, const std::vector<Output>& waited_for);

  Graph graph_;
  std::map<NodeId, std::vector<Output>> made_;  // of an operation without output: its handle
};

}  // namespace deft
