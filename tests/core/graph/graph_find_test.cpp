#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/scope.hpp>

#include "caught.hpp"
#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

TEST_CASE("nodes are found by their names") {
  const Graph graph;
  const Output a = graph.add(toy::source, {}, {}, {.name = "a"});
  CHECK(graph.find("a") == a);
  const NameScope layer(graph, "layer");
  const Output w = graph.add(toy::source, {}, {}, {.name = "w"});
  CHECK(graph.find("layer/w") == w);
}

TEST_CASE("every node is found by the name that it says, whatever counting made it") {
  const Graph graph;
  for (const char* name : {"add", "add", "add_1", "add_1", "add", "add_7", "w_01", "w_01", "_1"})
    graph.add(toy::source, {}, {}, {.name = name});
  for (NodeId id = 0; id < graph.num_nodes(); ++id) {
    CAPTURE(graph.node(id).name());
    CHECK(graph.find(graph.node(id).name()).node_id() == id);
  }
  const Output late = graph.add(toy::source, {}, {}, {.name = "add"});
  CHECK(graph.find(late.name()) == late);
}

TEST_CASE("outputs are found by name and number") {
  const Graph graph;
  const Output first =
      graph.add(toy::fork, {graph.add(toy::source, {}, {}, {})}, {}, {.name = "fork"})[0];
  const Output second = graph.output({first.node_id(), 1});
  CHECK(graph.find_output("fork") == first);
  CHECK(graph.find_output("fork:0") == first);
  CHECK(graph.find_output("fork:1") == second);
  const auto error = caught<GraphError>([&] { graph.find_output("fork:2"); });
  CHECK(error.info().message == "'fork' has no output 2 but 2 outputs");
  for (const char* name : {"fork:", "fork:x", "fork:-1", "fork:1x", "fork:99999999999"})
    CHECK(caught<GraphError>([&] { graph.find_output(name); }).info().message ==
          "'" + std::string(name) + "' is no name of an output");
}

TEST_CASE("a name that is missing is an error that names similar ones") {
  const Graph graph;
  graph.add(toy::source, {}, {}, {.name = "layer/weight"});
  graph.add(toy::source, {}, {}, {.name = "layer/bias"});
  const auto cure = [&](const char* name) {
    return caught<GraphError>([&] { graph.find(name); }).info().cure;
  };
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { graph.find("layer/wieght"); });
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": there is no node 'layer/wieght' in the graph; there is 'layer/weight'");
  CHECK(cure("bias") == "there is 'layer/bias'");
  CHECK(cure("outer/layer/weight") == "there is 'layer/weight'");
  graph.add(toy::source, {}, {}, {.name = "bias"});
  CHECK(cure("x/bias") == "there are 'bias', 'layer/bias'");
  CHECK(cure("nothing").starts_with("names are given by"));
  CHECK(cure("").starts_with("names are given by"));
  CHECK(caught<GraphError>([&] { graph.find_output("layer/wieght:0"); }).info().message ==
        "there is no node 'layer/wieght' in the graph");
}

}  // namespace
}  // namespace deft
