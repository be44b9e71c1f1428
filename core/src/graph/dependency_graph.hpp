#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <boost/graph/graph_traits.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <deft/core/graph.hpp>

namespace deft {

/// A Graph as Boost.Graph sees it: an incidence graph whose out-edges lead from a node to what it
/// depends on. Nodes that are added later are not part of the view.
class DependencyGraph {
 public:
  struct Edge {
    NodeId source = 0;
    std::size_t position = 0;  // among the dependencies of source

    friend bool operator==(Edge, Edge) = default;
  };

  DependencyGraph(const Graph& graph, std::span<const std::pair<NodeId, NodeId>> control_edges)
      : graph_(graph), size_(graph.num_nodes()) {
    for (const auto& [before, after] : control_edges) added_.emplace_back(after, before);
    std::sort(added_.begin(), added_.end());
  }

  std::size_t size() const { return size_; }

  std::size_t degree(NodeId id) const {
    const Node& node = graph_.node(id);
    return node.inputs.size() + node.control_inputs.size() + added(id).size();
  }

  NodeId target(Edge edge) const {
    const Node& node = graph_.node(edge.source);
    std::size_t i = edge.position;
    if (i < node.inputs.size()) return node.inputs[i].node;
    i -= node.inputs.size();
    if (i < node.control_inputs.size()) return node.control_inputs[i];
    return added(edge.source)[i - node.control_inputs.size()].second;
  }

 private:
  std::span<const std::pair<NodeId, NodeId>> added(NodeId id) const {
    if (added_.empty()) return {};
    const auto first =
        std::lower_bound(added_.begin(), added_.end(), std::pair<NodeId, NodeId>(id, 0));
    auto last = first;
    while (last != added_.end() && last->first == id) ++last;
    return {first, last};
  }

  Graph graph_;
  std::size_t size_;
  std::vector<std::pair<NodeId, NodeId>> added_;  // (after, before), sorted
};

class DependencyIterator
    : public boost::iterator_facade<DependencyIterator, DependencyGraph::Edge,
                                    boost::forward_traversal_tag, DependencyGraph::Edge> {
 public:
  DependencyIterator() = default;
  explicit DependencyIterator(DependencyGraph::Edge edge) : edge_(edge) {}

 private:
  friend class boost::iterator_core_access;
  DependencyGraph::Edge dereference() const { return edge_; }
  bool equal(const DependencyIterator& other) const { return edge_ == other.edge_; }
  void increment() { ++edge_.position; }

  DependencyGraph::Edge edge_;
};

inline NodeId source(DependencyGraph::Edge edge, const DependencyGraph&) { return edge.source; }
inline NodeId target(DependencyGraph::Edge edge, const DependencyGraph& graph) {
  return graph.target(edge);
}
inline std::size_t out_degree(NodeId id, const DependencyGraph& graph) { return graph.degree(id); }
inline std::pair<DependencyIterator, DependencyIterator> out_edges(NodeId id,
                                                                   const DependencyGraph& graph) {
  return {DependencyIterator({id, 0}), DependencyIterator({id, graph.degree(id)})};
}

/// `roots` and all that they depend on, each node after its dependencies.
std::vector<NodeId> dependencies_first(const DependencyGraph& graph, std::span<const NodeId> roots);

}  // namespace deft

template <>
struct boost::graph_traits<deft::DependencyGraph> {
  using vertex_descriptor = deft::NodeId;
  using edge_descriptor = deft::DependencyGraph::Edge;
  using directed_category = boost::directed_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = boost::incidence_graph_tag;
  using out_edge_iterator = deft::DependencyIterator;
  using degree_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return static_cast<deft::NodeId>(-1); }
};
