#include <deft/core/scope.hpp>

#include <optional>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

Output add_source(const Graph& graph, std::string_view name = "") {
  return graph.add(toy::source, {}, {}, {.name = name});
}

TEST_CASE("name scopes nest and end") {
  const Graph graph;
  {
    const NameScope outer(graph, "outer");
    CHECK(add_source(graph, "a").name() == "outer/a");
    {
      const NameScope inner(graph, "inner");
      CHECK(add_source(graph).name() == "outer/inner/source");
      CHECK(add_source(graph).name() == "outer/inner/source_1");
    }
    CHECK(add_source(graph, "a").name() == "outer/a_1");
  }
  CHECK(add_source(graph, "a").name() == "a");
}

TEST_CASE("an absolute scope leaves out what is around it") {
  const Graph graph;
  const NameScope outer(graph, "outer");
  {
    const NameScope root(graph, "/");
    CHECK(add_source(graph, "step").name() == "step");
    const NameScope inner(graph, "/other/place");
    CHECK(add_source(graph, "a").name() == "other/place/a");
    const NameScope relative(graph, "b");
    CHECK(add_source(graph, "a").name() == "other/place/b/a");
  }
  CHECK(add_source(graph, "a").name() == "outer/a");
}

TEST_CASE("the next name is the one that the next node gets") {
  const Graph graph;
  CHECK_FALSE(graph.contains("a"));
  for (const std::string wanted : {"a", "a", "a_1", "b_7", "b_7", "b", "a_2", "a"}) {
    const std::string next = graph.next_name(wanted);
    CHECK_FALSE(graph.contains(next));
    CHECK(add_source(graph, wanted).name() == next);
    CHECK(graph.contains(next));
  }
  const NameScope scope(graph, "s");
  CHECK(graph.next_name("a") == "s/a");
  CHECK(graph.next_name("a") == "s/a");
}

TEST_CASE("a line of a scope replaces the one around it, or is kept") {
  const Graph graph;
  const auto line = [&] { return add_source(graph).node().where.line; };
  const ForwardLocation first(graph, {"user.cpp", 7}, ForwardLocation::Outer::kept);
  CHECK(line() == 7);
  {
    const ForwardLocation inner(graph, {"user.cpp", 8}, ForwardLocation::Outer::kept);
    CHECK(line() == 7);
    const ForwardLocation replaced(graph, {"user.cpp", 9});
    CHECK(line() == 9);
  }
  CHECK(line() == 7);
}

TEST_CASE("a scope holds for its graph and its thread alone") {
  const Graph graph;
  const Graph other;
  const NameScope scope(graph, "s");
  CHECK(add_source(other).name() == "source");
  std::string elsewhere;
  std::thread([&] { elsewhere = add_source(graph).name(); }).join();
  CHECK(elsewhere == "source");
}

TEST_CASE("empty scope names and odd characters are refused") {
  CHECK_THROWS_AS(NameScope(Graph(), ""), GraphError);
  CHECK_THROWS_AS(NameScope(Graph(), "two words"), GraphError);
}

TEST_CASE("control dependencies nest and end") {
  const Graph graph;
  const Output a = add_source(graph);
  const Output b = add_source(graph);
  {
    const ControlDependencies after_a(graph, {a});
    CHECK(add_source(graph).node().control_inputs.size() == 1);
    const ControlDependencies after_b(graph, {b});
    const Output c = add_source(graph);
    REQUIRE(c.node().control_inputs.size() == 2);
    CHECK(c.node().control_inputs[1] == b.node_id());
  }
  CHECK(add_source(graph).node().control_inputs.empty());
  CHECK_THROWS_AS(ControlDependencies(graph, {Output{}}), GraphError);
  CHECK_THROWS_AS(ControlDependencies(Graph(), {a}), GraphError);
}

TEST_CASE("a scope that ends on another thread ends nothing there") {
  const Graph graph;
  auto scope = std::make_optional<NameScope>(graph, "mine");
  std::thread([&] { scope.reset(); }).join();
  CHECK(add_source(graph).name().starts_with("mine/"));
}

TEST_CASE("a forward location replaces the line, and nests") {
  const Graph graph;
  {
    const ForwardLocation outer(graph, {"forward.cpp", 12});
    CHECK(add_source(graph).node().where.line == 12);
    {
      const ForwardLocation inner(graph, {"inner.cpp", 34});
      CHECK(add_source(graph).node().where.line == 34);
    }
    CHECK(std::string(add_source(graph).node().where.file) == "forward.cpp");
  }
  CHECK(std::string(add_source(graph).node().where.file).ends_with("scope_test.cpp"));
}

}  // namespace
}  // namespace deft
