#include <deft/core/topology.hpp>

#include "plan/draft.hpp"

namespace deft {

std::string collect(Draft& draft) {
  for (const FeedSpec& feed : draft.request.feeds)
    draft.fed_shapes.emplace(feed.placeholder.node, &feed.shape);
  std::vector<NodeId> roots;
  for (const Endpoint fetch : draft.request.fetches) roots.push_back(fetch.node);
  draft.order = execution_order(draft.graph, roots);
  draft.position.assign(draft.graph.num_nodes(), none);
  draft.operations.reserve(draft.order.size());
  for (std::size_t i = 0; i < draft.order.size(); ++i) {
    const Node& node = draft.node(i);
    draft.position[draft.order[i]] = static_cast<std::uint32_t>(i);
    draft.operations.push_back({node.op, node.attributes.get()});
  }
  return std::to_string(draft.order.size()) + " of " + std::to_string(draft.position.size()) +
         " nodes";
}

}  // namespace deft
