#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <deft/core/dot.hpp>
#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/scope.hpp>

#include "support/ops/toy_ops.hpp"

// What was moved from is empty, or as it was; using it is an error or does nothing. (Tensor: see
// tensor/tensor_test.cpp.)
// NOLINTBEGIN(bugprone-use-after-move)

namespace deft {
namespace {

TEST_CASE("a graph that was moved from is the same graph") {
  Graph graph;
  const Graph other = std::move(graph);
  CHECK(graph == other);
  graph.add(toy::source, {}, {}, {.name = "a"});
  CHECK(other.find("a").name() == "a");
  CHECK(to_dot(graph) == to_dot(other));
  Graph& same = graph;
  graph = std::move(same);
  CHECK(graph.num_nodes() == 1);
}

TEST_CASE("an Output that was moved from is empty") {
  const Graph graph;
  Output a = graph.add(toy::source, {}, {}, {.name = "a"});
  const Output b = std::move(a);
  CHECK(a.is_empty());
  CHECK(to_string(a) == "empty Output");
  CHECK_THROWS_AS(a.spec(), GraphError);
  CHECK_THROWS_AS(graph.add(toy::join, {a, b}, {}, {}), GraphError);
  CHECK_THROWS_AS(add_node(toy::join, {a}, {}, {}), GraphError);
  CHECK_THROWS_AS(graph.add_control_dependency(a, b), GraphError);
  CHECK_THROWS_AS(ControlDependencies(graph, {a}), GraphError);
}

TEST_CASE("attributes, loggers and errors that were moved from can be used") {
  Attributes attributes{{"shape", Shape{2, 3}}, {"value", Tensor{1.0, 2.0}}};
  const Attributes taken = std::move(attributes);
  CHECK(attributes.find("shape") == nullptr);
  CHECK(attributes.to_string() == "{}");
  CHECK(attributes.hash() == Attributes().hash());
  CHECK_THROWS_AS(attributes.get<Shape>("shape"), ValueError);

  int lines = 0;
  Logger log([&](LogLevel, std::string_view) { ++lines; });
  const Logger other = std::move(log);
  log.log(LogLevel::error, "to nobody");
  CHECK_FALSE(log.enabled(LogLevel::error));
  other.log(LogLevel::error, "to somebody");
  CHECK(lines == 1);

  Error error(ErrorInfo{.message = "wrong"});
  const Error copy = std::move(error);
  CHECK(std::string(error.what()) == "wrong");
  CHECK(error.info().message == copy.info().message);
}

}  // namespace
}  // namespace deft

// NOLINTEND(bugprone-use-after-move)
