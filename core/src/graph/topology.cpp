#include <deft/core/topology.hpp>

#include <algorithm>

#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/two_bit_color_map.hpp>
#include <boost/property_map/property_map.hpp>

#include "dependency_graph.hpp"

namespace deft {
namespace {

/// Collects nodes as the search leaves them: dependencies first.
struct Collect : boost::default_dfs_visitor {
  explicit Collect(std::vector<NodeId>& into) : order(&into) {}
  void finish_vertex(NodeId id, const DependencyGraph&) const { order->push_back(id); }
  std::vector<NodeId>* order;
};

}  // namespace

std::vector<NodeId> dependencies_first(const DependencyGraph& graph,
                                       std::span<const NodeId> roots) {
  std::vector<NodeId> order;
  const boost::typed_identity_property_map<NodeId> index;
  const auto colors = boost::make_two_bit_color_map(graph.size(), index);
  for (const NodeId root : roots)
    if (get(colors, root) == boost::two_bit_white)
      boost::depth_first_visit(graph, root, Collect(order), colors);
  return order;
}

std::vector<NodeId> execution_order(const Graph& graph, std::span<const NodeId> roots) {
  for (const NodeId root : roots)
    static_cast<void>(graph.node(root));  // throws for one that is not there
  const auto control_edges = graph.added_control_edges();
  std::vector<NodeId> order = dependencies_first(DependencyGraph(graph, control_edges), roots);
  // Creation order is the one that the user wrote, and an execution order unless an added edge
  // points back.
  if (control_edges.empty()) std::sort(order.begin(), order.end());
  return order;
}

}  // namespace deft
