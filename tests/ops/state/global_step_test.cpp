#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/state.hpp>

#include "caught.hpp"
#include "support/on_threads.hpp"

namespace deft {
namespace {

TEST_CASE("a graph has one global step, and one node that advances it") {
  const Graph graph;
  const NameScope scope(graph, "model");
  const Output step = global_step(graph);
  CHECK(step.name() == "step");
  CHECK(step.spec() == TensorSpec{DType::i64, {}});
  CHECK_FALSE(is_trainable(step));
  CHECK(global_step(graph) == step);
  const Output advance = advance_global_step(graph);
  CHECK(advance == advance_global_step(graph));
  CHECK(advance.node().inputs[0] == step.endpoint());
}

TEST_CASE("several threads find the same step") {
  const Graph graph;
  std::vector<Output> found(8);
  on_threads(8, [&](int i) { found[static_cast<std::size_t>(i)] = advance_global_step(graph); });
  for (const Output& step : found) CHECK(step == found.front());
}

TEST_CASE("a node of another kind may not be named step") {
  const Graph graph;
  const Output other = constant(graph, Tensor{1.0F}, {.name = "step"});
  CHECK(caught<GraphError>([&] { global_step(graph); }).info().message ==
        "the node 'step' is no counter but constant step f32[1]");
}

TEST_CASE("variables are trainable if they are floating, or as they are told") {
  const Graph graph;
  const Output w = variable(graph, Tensor{1.0F});
  const Output count = variable(graph, Tensor{1});
  const Output frozen = variable(graph, Tensor{1.0}, {.trainable = false});
  CHECK(is_trainable(w));
  CHECK_FALSE(is_trainable(count));
  CHECK_FALSE(is_trainable(frozen));
  CHECK_FALSE(is_trainable(w + 1));
  CHECK_FALSE(is_variable(w + 1));
  CHECK(global_variables(graph) == std::vector<Output>{w, count, frozen});
  CHECK(caught<GraphError>([&] { variable(graph, Tensor{true}, {.trainable = true}); })
            .info()
            .message == "a variable of dtype bool cannot be trainable");
}

}  // namespace
}  // namespace deft
