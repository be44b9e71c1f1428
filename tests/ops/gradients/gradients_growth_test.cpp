// How the size of a gradient grows with the graph.

#include <cmath>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>

#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

Output one(const Graph& graph) { return constant(graph, Tensor::scalar(1.0)); }

/// How many nodes the gradient of `y` adds.
std::size_t nodes_added(const Output& y, const Output& x) {
  const std::size_t before = x.graph().num_nodes();
  gradients(y, {x});
  return x.graph().num_nodes() - before;
}

TEST_CASE("a gradient is linear in the length of a chain") {
  const auto chain = [](int length) {
    const Graph graph;
    const Output x = one(graph);
    Output y = x;
    for (int i = 0; i < length; ++i) y = neg(y);
    return nodes_added(y, x);
  };
  CHECK(chain(10000) <= 10000 + 2);
  CHECK(chain(20000) <= 20000 + 2);
}

TEST_CASE("a gradient does not count paths") {
  const Graph graph;
  const Output x = one(graph);
  Output y = x;
  for (int i = 0; i < 1000; ++i) y = y + y;
  CHECK(nodes_added(y, x) <= 1000 + 2);
  CHECK(evaluate(gradients(y, {x}).at(0)).item<double>() == std::ldexp(1.0, 1000));
}

TEST_CASE("a gradient is linear in the uses of a value") {
  const Graph graph;
  const Output x = one(graph);
  std::vector<Output> uses;
  for (int i = 0; i < 10000; ++i) uses.push_back(neg(x));
  const Output y = add_n(uses);
  CHECK(nodes_added(y, x) <= 10000 + 2);
  CHECK(evaluate(gradients(y, {x}).at(0)).item<double>() == -10000);
}

}  // namespace
}  // namespace deft
