#include <deft/core/topology.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/scope.hpp>

#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

TEST_CASE("only what the roots depend on is listed, in creation order") {
  const Graph graph;
  const Output a = graph.add(toy::source, {}, {}, {});
  const Output unused = graph.add(toy::join, {a}, {}, {});
  const Output b = graph.add(toy::source, {}, {}, {});
  const Output c = graph.add(toy::join, {b, a, b}, {}, {});
  const std::vector<NodeId> roots{c.node_id(), b.node_id()};
  CHECK(execution_order(graph, roots) ==
        std::vector<NodeId>{a.node_id(), b.node_id(), c.node_id()});
  CHECK(execution_order(graph, {}).empty());
}

TEST_CASE("every node comes after its dependencies in random graphs with control edges") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 50; ++trial) {
    const Graph graph;
    std::vector<Output> nodes{graph.add(toy::source, {}, {}, {})};
    const auto any = [&] { return nodes[random() % nodes.size()]; };
    for (int i = 0; i < 60; ++i) {
      const ControlDependencies after(graph, {any()});
      nodes.push_back(graph.add(toy::join, {any(), any()}, {}, {}));
    }
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
      try {
        graph.add_control_dependency(any(), any());
      } catch (const GraphError&) {
        ++refused;
      }
    }
    CHECK(refused < 20);
    const NodeId root = nodes.back().node_id();
    const std::vector<NodeId> order = execution_order(graph, std::span(&root, 1));
    std::map<NodeId, std::size_t> position;
    for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;
    CHECK(position.size() == order.size());
    const auto check_before = [&](NodeId before, NodeId after) {
      REQUIRE(position.contains(before));
      CHECK(position[before] < position[after]);
    };
    for (const NodeId id : order) {
      for (const Endpoint input : graph.node(id).inputs) check_before(input.node, id);
      for (const NodeId before : graph.node(id).control_inputs) check_before(before, id);
    }
    for (const auto& [before, after] : graph.added_control_edges())
      if (position.contains(after)) check_before(before, after);
  }
}

}  // namespace
}  // namespace deft
