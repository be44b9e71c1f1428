#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {4}, {.name = "x"});
  Output z = placeholder(graph, DType::f32, {4}, {.name = "z"});
  Output e = exp(x, {.name = "e"});
  Output t = tanh(z, {.name = "t"});
  Output y = neg(e, {.name = "y"});

  /// All nodes of the graph, in the order in which they were added.
  Lines before() const {
    Lines lines;
    for (NodeId id = 0; id < graph.num_nodes(); ++id) lines.push_back(graph.node(id).name());
    return lines;
  }
  Lines after(const std::vector<Output>& fetches) const {
    return Drafting(graph, fetches).through({collect}).text();
  }
};

TEST_CASE("what no fetch depends on is no part of a plan") {
  const Bench t;
  CHECK(t.before() == Lines{"x", "z", "e", "t", "y"});
  CHECK(t.after({t.y}) == Lines{"x = placeholder()", "e = exp(x)", "y = neg(e)"});
  CHECK(t.after({t.t}) == Lines{"z = placeholder()", "t = tanh(z)"});
}

TEST_CASE("what a fetch depends on by control is part of its plan, before it") {
  const Bench t;
  t.graph.add_control_dependency(t.t, t.e);
  CHECK(t.after({t.y}) == Lines{"x = placeholder()", "z = placeholder()", "t = tanh(z)",
                                "e = exp(x) after t", "y = neg(e)"});
}

TEST_CASE("where all is fetched all is part of the plan, once") {
  const Bench t;
  const Lines all{"x = placeholder()", "z = placeholder()", "e = exp(x)", "t = tanh(z)",
                  "y = neg(e)"};
  CHECK(t.after({t.y, t.e, t.t, t.y}) == all);
}

}  // namespace
}  // namespace deft
