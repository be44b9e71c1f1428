#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>

#include "stable_vector.hpp"

namespace deft {

/// The control edges that were added between existing nodes, and an execution order of all nodes,
/// by which an edge that closes a cycle is found by a look at the nodes between its ends: after D.
/// J. Pearce and P. H. J. Kelly, "A dynamic topological sort algorithm for directed acyclic graphs"
/// (2006). Creation order is such an order until the first edge that points back.
class ControlOrder {
 public:
  /// Adds an edge; false, and nothing changes, if it closes a cycle.
  bool add(const StableVector<Node>& nodes, NodeId before, NodeId after);

  /// (before, after)
  const std::vector<std::pair<NodeId, NodeId>>& edges() const { return edges_; }

 private:
  NodeId rank(NodeId id) const { return id < ranks_.size() ? ranks_[id] : id; }
  bool reorder(const StableVector<Node>& nodes, NodeId before, NodeId after);
  bool find_earlier(const StableVector<Node>& nodes, NodeId before, NodeId after,
                    std::vector<bool>& found) const;

  std::vector<std::pair<NodeId, NodeId>> edges_;
  std::unordered_map<NodeId, std::vector<NodeId>> before_;  // the edges, by `after`
  std::vector<NodeId> ranks_;    // by node; a node without rank stands where it was created
  std::vector<NodeId> by_rank_;  // the nodes in order
};

}  // namespace deft
