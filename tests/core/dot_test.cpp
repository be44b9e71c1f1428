#include <deft/core/dot.hpp>

#include <string>

#include <doctest/doctest.h>

#include <deft/core/scope.hpp>

#include "support/toy_ops.hpp"

namespace deft {
namespace {

TEST_CASE("a drawing has every node, data edges and dashed control edges") {
  const Graph graph;
  const Output a = graph.add(toy::source, {}, {}, {.name = "a"});
  const Output b = graph.add(toy::join, {a}, {}, {.name = "b"});
  const ControlDependencies after(graph, {b});
  graph.add(toy::source, {}, {}, {.name = "c"});
  const std::string dot = to_dot(graph);
  CHECK(dot.starts_with("digraph"));
  CHECK(dot.find("label=\"a\\nsource\\nf32[]\"") != std::string::npos);
  CHECK(dot.find("label=\"b\\njoin\\nf32[]\"") != std::string::npos);
  CHECK(dot.find("0->1 ;") != std::string::npos);
  CHECK(dot.find("1->2 [style=dashed]") != std::string::npos);
  CHECK(dot.find("0->2") == std::string::npos);
}

TEST_CASE("an empty graph is a drawing too") { CHECK(to_dot(Graph()).starts_with("digraph")); }

}  // namespace
}  // namespace deft
