#include <deft/core/dot.hpp>

#include <locale>
#include <string>

#include <doctest/doctest.h>

#include <deft/core/scope.hpp>

#include "support/ops/toy_ops.hpp"

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

/// Writes 1000 as 1.000.
class Grouping : public std::numpunct<char> {
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST_CASE("numbers of nodes do not depend on the global locale") {
  const Graph graph;
  for (int i = 0; i < 1002; ++i) graph.add(toy::source, {}, {}, {});
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Grouping));
  const std::string dot = to_dot(graph);
  std::locale::global(before);
  CHECK(dot.find("1000[label") != std::string::npos);
  CHECK(dot.find("1.000") == std::string::npos);
}

TEST_CASE("an edge from another output than the first has its name") {
  const Graph graph;
  const Outputs made =
      graph.add(toy::fork, {graph.add(toy::source, {}, {}, {})}, {}, {.name = "f"});
  graph.add(toy::join, {made[0], made[1]}, {}, {});
  const std::string dot = to_dot(graph);
  CHECK(dot.find("1->2 ;") != std::string::npos);
  CHECK(dot.find("1->2 [label=\"f:1\"]") != std::string::npos);
}

TEST_CASE("an empty graph is a drawing too") { CHECK(to_dot(Graph()).starts_with("digraph")); }

}  // namespace
}  // namespace deft
