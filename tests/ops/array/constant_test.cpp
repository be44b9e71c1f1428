#include <doctest/doctest.h>

#include <deft/ops/array.hpp>

namespace deft {
namespace {

TEST_CASE("a constant is known without running anything") {
  const Graph graph;
  const Tensor value = Tensor::from<float>({2}, {1, 2});
  const Output x = constant(graph, value, {.name = "c"});
  CHECK(x.name() == "c");
  CHECK(x.spec() == value.spec());
  const Node& node = x.node();
  CHECK(node.op->value(*node.attributes) == value);
  const bool has_kernel = node.op->kernel != nullptr;
  CHECK_FALSE(has_kernel);
}

TEST_CASE("a placeholder is fed, and its dimensions may be unknown") {
  const Graph graph;
  const Output x = placeholder(graph, DType::i64, {Shape::unknown, 3});
  CHECK(x.spec() == TensorSpec{DType::i64, {Shape::unknown, 3}});
  CHECK(x.node().op->effect == Effect::fed);
  const bool has_kernel = x.node().op->kernel != nullptr;
  CHECK_FALSE(has_kernel);
}

}  // namespace
}  // namespace deft
