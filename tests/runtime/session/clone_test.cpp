#include <doctest/doctest.h>

#include <deft/deft.hpp>

namespace deft {
namespace {

TEST_CASE("a clone has the values of its session, and its own from then on") {
  const Graph graph;
  const Output x = variable(graph, Tensor{1.0, 2.0}, {.name = "x"});
  const Output late = variable(graph, Tensor{3.0}, {.name = "late"});
  Session session(graph, {.threads = 3});
  session.set(x, Tensor{4.0, 5.0});
  Session clone = session.clone();
  CHECK(clone.threads() == 3);
  CHECK(clone.value(x) == Tensor{4.0, 5.0});
  CHECK_THROWS_AS(clone.value(late), RunError);
  clone.run(assign_add(x, constant(graph, Tensor{1.0, 1.0})), {.steps = 5});
  session.run(assign_sub(x, constant(graph, Tensor{1.0, 1.0})), {.steps = 2});
  CHECK(clone.value(x) == Tensor{9.0, 10.0});
  CHECK(session.value(x) == Tensor{2.0, 3.0});
}

}  // namespace
}  // namespace deft
