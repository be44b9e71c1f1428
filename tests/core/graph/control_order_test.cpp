#include "graph/control_order.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/topology.hpp>

#include "caught.hpp"
#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

/// True if `from` depends on `to` by the edges, each (before, after).
bool depends(const std::vector<std::pair<NodeId, NodeId>>& edges, NodeId from, NodeId to) {
  std::vector<NodeId> open{from};
  std::vector<bool> seen(100, false);
  while (!open.empty()) {
    const NodeId at = open.back();
    open.pop_back();
    if (at == to) return true;
    for (const auto& [before, after] : edges)
      if (after == at && !seen[before]) {
        seen[before] = true;
        open.push_back(before);
      }
  }
  return false;
}

TEST_CASE("of random control dependencies those that close a cycle are refused, and no others") {
  std::mt19937 random(7);
  for (int turn = 0; turn < 50; ++turn) {
    const Graph graph;
    std::vector<Output> nodes;
    std::vector<std::pair<NodeId, NodeId>> edges;  // all of them
    for (int i = 0; i < 200; ++i) {
      if (nodes.size() < 3 || (nodes.size() < 30 && random() % 4 == 0)) {
        if (nodes.empty() || random() % 2 == 0) {
          nodes.push_back(graph.add(toy::source, {}, {}, {}));
        } else {
          const Output input = nodes[random() % nodes.size()];  // `nodes` grows
          nodes.push_back(graph.add(toy::join, {input}, {}, {}));
          edges.emplace_back(input.node_id(), nodes.back().node_id());
        }
        continue;
      }
      const Output& before = nodes[random() % nodes.size()];
      const Output& after = nodes[random() % nodes.size()];
      const bool cycle = depends(edges, before.node_id(), after.node_id());
      try {
        graph.add_control_dependency(before, after);
        CHECK_FALSE(cycle);
        edges.emplace_back(before.node_id(), after.node_id());
      } catch (const GraphError& error) {
        CHECK(error.code() == ErrorCode::cycle);
        CHECK(cycle);
      }
    }
  }
}

TEST_CASE("a chain may be ordered against its creation, and built upon") {
  const Graph graph;
  std::vector<Output> nodes;
  for (int i = 0; i < 1000; ++i) nodes.push_back(graph.add(toy::source, {}, {}, {}));
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i)
    graph.add_control_dependency(nodes[i + 1], nodes[i]);
  const Output last = graph.add(toy::join, {nodes[0]}, {}, {});
  const auto refused = [&](const Output& before, const Output& after) {
    return caught<GraphError>([&] { graph.add_control_dependency(before, after); }).code() ==
           ErrorCode::cycle;
  };
  CHECK(refused(last, nodes[999]));
  CHECK(refused(nodes[0], nodes[500]));
  CHECK(refused(last, last));
  CHECK_NOTHROW(graph.add_control_dependency(nodes[700], last));
  const NodeId root = last.node_id();
  CHECK(execution_order(graph, {&root, 1}).size() == 1001);
}

}  // namespace
}  // namespace deft
