#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace deft {

/// Why instructions of a plan wait for each other, found again in the graph.
class PlanEdges {
 public:
  explicit PlanEdges(const Plan& plan);

  /// For an instruction and one of its successors: "tensor 'h' f32[4, 4]", "control dependency".
  std::string describe(std::uint32_t before, std::uint32_t after) const;

 private:
  /// An edge of the graph into a node that is reached from `after` through nodes without an
  /// instruction of their own.
  struct Edge {
    NodeId from = 0;
    std::uint32_t output = 0;      // of `from`
    std::uint32_t next = none;     // the edge that leads on towards `after`; none: it arrives there
    bool control = false;          // itself
    bool control_on_path = false;  // or one from here to `after`
  };

  std::vector<Edge> edges_into(NodeId node) const;
  std::vector<Edge> path(std::uint32_t before, std::uint32_t after) const;
  const Node* assign_on(const std::vector<Edge>& edges) const;
  std::string written_on(const std::vector<Edge>& edges) const;
  std::string describe_data(const std::vector<Edge>& edges) const;
  bool takes_output(std::uint32_t before, std::uint32_t after) const;

  const Plan& plan_;
  std::map<NodeId, std::uint32_t> instruction_of_;
  std::map<NodeId, std::vector<NodeId>> added_;  // Graph::added_control_edges, by where they end
};

}  // namespace deft
