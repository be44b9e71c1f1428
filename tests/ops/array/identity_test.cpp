#include <doctest/doctest.h>

#include <deft/ops/array.hpp>

#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

TEST_CASE("identity and stop_gradient forward their input") {
  const Graph graph;
  const Tensor value = sample<float>({2, 3});
  for (const Output& y :
       {identity(constant(graph, value)), stop_gradient(constant(graph, value))}) {
    CHECK(y.spec() == value.spec());
    CHECK(y.node().op->kernel({{}, {}, *y.node().attributes}).forwards);
    CHECK(evaluate(y) == value);
  }
}

}  // namespace
}  // namespace deft
