#include <cstdint>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

TEST_CASE("shape and size tell the dimensions of the run") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 3, 5});
  const Tensor value = Tensor::zeros(DType::f32, {2, 3, 5});
  CHECK(evaluate(shape(x), {{x, value}}) == Tensor::from<std::int64_t>({3}, {2, 3, 5}));
  CHECK(evaluate(size(x), {{x, value}}).item<std::int64_t>() == 30);
  CHECK(evaluate(size(x, {0, -1}), {{x, value}}).item<std::int64_t>() == 10);
  CHECK(shape(x).shape() == Shape{3});
  CHECK_FALSE(shape(x).node().op->needs_value(0));
  CHECK_FALSE(size(x).node().op->needs_value(0));
}

TEST_CASE("a scalar has an empty shape and the size 1") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar<double>(4));
  CHECK(evaluate(shape(x)).shape() == Shape{0});
  CHECK(evaluate(size(x)).item<std::int64_t>() == 1);
  CHECK_THROWS_AS(size(x, {0}), GraphError);
}

TEST_CASE("a size that does not fit is refused") {
  const Graph graph;
  const Output none = placeholder(graph, DType::f32, {0, 1LL << 40});
  CHECK(evaluate(size(none), {{none, Tensor::zeros(DType::f32, none.shape())}})
            .item<std::int64_t>() == 0);
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 1LL << 40, 1LL << 40});
  CHECK(caught<GraphError>([&] { size(x, {1, 2}); }).code() == ErrorCode::overflow);
}

}  // namespace
}  // namespace deft
