#include <deft/core/graph.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/core/topology.hpp>

#include "caught.hpp"
#include "support/on_threads.hpp"
#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

TEST_CASE("a node keeps what it was given") {
  const Graph graph;
  const Output a = graph.add(toy::source, {}, {}, {.name = "a"});
  const int line = __LINE__ + 1;
  const Output b = graph.add(toy::join, {a, a}, {{"k", std::int64_t{3}}}, {.name = "b"});
  CHECK(graph.num_nodes() == 2);
  CHECK(b.name() == "b");
  CHECK(b.node().op == &toy::join);
  CHECK(b.node().inputs.size() == 2);
  CHECK(b.node().inputs[1] == a.endpoint());
  CHECK(b.node().attributes->get<std::int64_t>("k") == 3);
  CHECK(b.node().where.line == line);
  CHECK(std::string(b.node().where.file).ends_with("graph_test.cpp"));
  CHECK(b.dtype() == DType::f32);
  CHECK(b.shape() == Shape{});
  CHECK(b.graph() == graph);
}

TEST_CASE("an op with two outputs has two handles") {
  const Graph graph;
  const Outputs made =
      graph.add(toy::fork, {graph.add(toy::source, {}, {}, {})}, {}, {.name = "both"});
  REQUIRE(made.size() == 2);
  CHECK(made.all() == std::vector<Output>{made[0], made[1]});
  CHECK(made[0] != made[1]);
  CHECK(made[1] == graph.output({made[0].node_id(), 1}));
  CHECK(made[0].name() == "both");
  CHECK(made[1].name() == "both:1");
  CHECK_THROWS_AS(graph.output({made[0].node_id(), 2}), GraphError);
}

TEST_CASE("several outputs are not taken for one, nor one that is not there") {
  const Graph graph;
  const Output source = graph.add(toy::source, {}, {}, {});
  const int line = __LINE__ + 1;
  const Outputs made = graph.add(toy::fork, {source}, {}, {.name = "both"});
  const auto error = caught<GraphError>([&] { static_cast<void>(Output(made)); });
  CHECK(error.info().message == "has 2 outputs, where one is taken");
  CHECK(error.info().node == "both");
  CHECK(error.info().where.line == line);
  CHECK(caught<GraphError>([&] { made[2]; }).info().message == "has no output 2 but 2 outputs");
}

constexpr OpDef no_output{.name = "no_output",
                          .infer = [](const InferContext&) { return std::vector<TensorSpec>{}; }};

TEST_CASE("an op without outputs has a handle") {
  const Graph graph;
  const Outputs made = graph.add(no_output, {}, {}, {.name = "effect"});
  CHECK(made.size() == 0);
  CHECK(made.all().empty());
  CHECK_THROWS_AS(made[0], GraphError);
  const Output handle = made;
  CHECK(handle.name() == "effect");
  const ControlDependencies after(graph, {handle});
  CHECK(graph.add(toy::source, {}, {}, {})[0].node().control_inputs.size() == 1);
}

TEST_CASE("a refused node leaves the graph as it was") {
  const Graph graph;
  const Graph other;
  const Output a = graph.add(toy::source, {}, {}, {});
  const Output foreign = other.add(toy::source, {}, {}, {});
  CHECK(caught<GraphError>([&] {
          graph.add(toy::join, {a, foreign}, {}, {});
        }).code() == ErrorCode::wrong_graph);
  CHECK(caught<GraphError>([&] {
          graph.add(toy::join, {a, Output{}}, {}, {});
        }).code() == ErrorCode::empty_handle);
  CHECK(caught<GraphError>([&] { graph.add(toy::join, {}, {}, {}); }).code() ==
        ErrorCode::invalid_argument);
  CHECK(caught<GraphError>([&] { graph.add(toy::source, {}, {}, {.name = "no space"}); }).code() ==
        ErrorCode::invalid_argument);
  CHECK(graph.num_nodes() == 1);
  CHECK(graph.add(toy::join, {a}, {}, {})[0].name() == "join");
}

TEST_CASE("an Output outlives the graph's last handle") {
  Output a;
  {
    const Graph graph;
    a = graph.add(toy::source, {}, {}, {.name = "a"});
  }
  CHECK(a.name() == "a");
  CHECK(a.graph().num_nodes() == 1);
}

TEST_CASE("an empty Output refuses every use") {
  const Output empty;
  CHECK(empty.is_empty());
  CHECK(empty == Output{});
  CHECK_THROWS_AS(empty.node(), GraphError);
  CHECK_THROWS_AS(empty.graph(), GraphError);
  CHECK_THROWS_AS(empty.shape(), GraphError);
  CHECK_THROWS_AS(empty.name(), GraphError);
}

TEST_CASE("a copied or moved-from graph is the same graph") {
  Graph graph;
  Graph copy = graph;
  const Graph moved = std::move(graph);
  copy.add(toy::source, {}, {}, {});
  CHECK(moved.num_nodes() == 1);
  CHECK(graph.num_nodes() ==
        1);  // NOLINT(bugprone-use-after-move): a moved-from graph stays a handle
}

TEST_CASE("added control edges may point back but close no cycle") {
  const Graph graph;
  const Output a = graph.add(toy::source, {}, {}, {.name = "a"});
  const Output b = graph.add(toy::join, {a}, {}, {.name = "b"});
  const Output c = graph.add(toy::source, {}, {}, {.name = "c"});
  graph.add_control_dependency(c, a);
  const Error error = caught<GraphError>([&] { graph.add_control_dependency(b, c); });
  CHECK(error.code() == ErrorCode::cycle);
  CHECK_THROWS_AS(graph.add_control_dependency(a, a), GraphError);
  CHECK_THROWS_AS(graph.add_control_dependency(a, Output{}), GraphError);
  CHECK_THROWS_AS(graph.add_control_dependency(a, Graph().add(toy::source, {}, {}, {})),
                  GraphError);
  CHECK(graph.added_control_edges().size() == 1);
  const NodeId root = b.node_id();
  CHECK(execution_order(graph, std::span(&root, 1)) ==
        std::vector<NodeId>{c.node_id(), a.node_id(), b.node_id()});
}

TEST_CASE("threads extend one graph at once") {
  const Graph graph;
  const Output root = graph.add(toy::source, {}, {}, {});
  constexpr int per_thread = 500;
  on_threads(4, [&](int) {
    Output x = root;
    for (int i = 0; i < per_thread; ++i) x = graph.add(toy::join, {x, root}, {}, {});
  });
  CHECK(graph.num_nodes() == 1 + 4 * per_thread);
  std::vector<std::string> names;
  for (NodeId id = 0; id < graph.num_nodes(); ++id) names.push_back(graph.node(id).name());
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace deft
