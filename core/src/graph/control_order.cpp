#include "control_order.hpp"

#include <algorithm>

namespace deft {

bool ControlOrder::add(const StableVector<Node>& nodes, NodeId before, NodeId after) {
  if (before == after) return false;
  if (rank(before) > rank(after) && !reorder(nodes, before, after)) return false;
  if (edges_.size() == edges_.capacity()) edges_.reserve(2 * edges_.size() + 8);
  before_[after].push_back(before);
  edges_.emplace_back(before, after);
  return true;
}

/// Among the nodes that stand from `after` to `before`, moves `before` and all that it waits for to
/// the front. False, and nothing changes, if `before` waits for `after`.
bool ControlOrder::reorder(const StableVector<Node>& nodes, NodeId before, NodeId after) {
  ranks_.reserve(nodes.size());
  by_rank_.reserve(nodes.size());
  while (ranks_.size() < nodes.size()) {
    by_rank_.push_back(static_cast<NodeId>(ranks_.size()));
    ranks_.push_back(by_rank_.back());
  }
  const NodeId first = rank(after);
  const NodeId last = rank(before);
  std::vector<bool> earlier(last - first + std::size_t{1}, false);  // by rank, from `first` on
  if (!find_earlier(nodes, before, after, earlier)) return false;
  std::vector<NodeId> ordered;
  ordered.reserve(earlier.size());
  for (const bool moves : {true, false})
    for (NodeId r = first; r <= last; ++r)
      if (earlier[r - first] == moves) ordered.push_back(by_rank_[r]);
  for (NodeId r = first; r <= last; ++r) {
    by_rank_[r] = ordered[r - first];
    ranks_[by_rank_[r]] = r;
  }
  return true;
}

/// False if `before` waits for `after`.
bool ControlOrder::find_earlier(const StableVector<Node>& nodes, NodeId before, NodeId after,
                                std::vector<bool>& found) const {
  const NodeId first = rank(after);
  std::vector<NodeId> open{before};
  found[rank(before) - first] = true;
  const auto visit = [&](NodeId id) {
    if (rank(id) < first || found[rank(id) - first]) return;
    found[rank(id) - first] = true;
    open.push_back(id);
  };
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    const Node& node = nodes[id];
    for (const Endpoint input : node.inputs) visit(input.node);
    for (const NodeId input : node.control_inputs) visit(input);
    if (const auto added = before_.find(id); added != before_.end())
      for (const NodeId input : added->second) visit(input);
  }
  return !found[0];
}

}  // namespace deft
