#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

TEST_CASE("reshape keeps the order of elements and infers one dimension") {
  const Graph graph;
  const Tensor value = sample<float>({2, 6});
  const Output x = constant(graph, value);
  CHECK(evaluate(reshape(x, {3, 4})) == value.reshaped({3, 4}));
  CHECK(reshape(x, {3, unknown}).shape() == Shape{3, 4});
  CHECK(reshape(x, {unknown}).shape() == Shape{12});
  CHECK(reshape(constant(graph, sample<float>({0, 5})), {5, unknown}).shape() == Shape{5, 0});
  CHECK(evaluate(reshape(constant(graph, sample<float>({1})), {})).shape() == Shape{});
}

TEST_CASE("reshape of unknown dimensions is checked in the run") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 2});
  const Output y = reshape(x, {unknown, 3});
  CHECK(y.shape() == Shape{unknown, 3});
  CHECK(evaluate(y, {{x, sample<float>({3, 2})}}).shape() == Shape{2, 3});
  CHECK_THROWS_AS(evaluate(y, {{x, sample<float>({2, 2})}}), Refusal);
}

TEST_CASE("reshape refuses another number of elements") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 6});
  const auto sizes = caught<GraphError>([&] { reshape(x, {5}); });
  CHECK(sizes.code() == ErrorCode::shape_mismatch);
  CHECK(sizes.info().message == "the shape [2, 6] has 12 elements and does not fit [5]");
  CHECK_THROWS_AS(reshape(x, {unknown, 5}), GraphError);
  const auto two = caught<GraphError>([&] { reshape(x, {unknown, unknown}); });
  CHECK(two.info().message == "the shape [?, ?] has more than one unknown dimension");
  const Output empty = placeholder(graph, DType::f32, {0, 3});
  const auto beside_0 = caught<GraphError>([&] { reshape(empty, {0, unknown}); });
  CHECK(beside_0.info().message ==
        "the unknown dimension of [0, ?] cannot be inferred beside a dimension of 0, from [0, 3]");
  CHECK(caught<GraphError>([&] {
          reshape(x, {1LL << 40, 1LL << 40});
        }).code() == ErrorCode::overflow);
}

TEST_CASE("reshape_like takes the shape of another") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 2});
  const Output like = placeholder(graph, DType::i32, {unknown});
  const Output y = reshape_like(x, like);
  CHECK(y.spec() == TensorSpec{DType::f32, {unknown}});
  CHECK(y.node().op->needs_value(0));
  CHECK_FALSE(y.node().op->needs_value(1));
  const Tensor value = sample<float>({3, 2});
  CHECK(evaluate(y, {{x, value}, {like, Tensor::zeros(DType::i32, {6})}}) == value.reshaped({6}));
  CHECK_THROWS_AS(evaluate(y, {{x, value}, {like, Tensor::zeros(DType::i32, {5})}}), Refusal);
  CHECK_THROWS_AS(
      reshape_like(placeholder(graph, DType::f32, {4}), placeholder(graph, DType::f32, {5})),
      GraphError);
}

TEST_CASE("expand_dims inserts a dimension anywhere") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, unknown});
  CHECK(expand_dims(x, 0).shape() == Shape{1, 2, unknown});
  CHECK(expand_dims(x, 1).shape() == Shape{2, 1, unknown});
  CHECK(expand_dims(x, 2).shape() == Shape{2, unknown, 1});
  CHECK(expand_dims(x, -1).shape() == Shape{2, unknown, 1});
  CHECK(expand_dims(x, -3).shape() == Shape{1, 2, unknown});
  CHECK_THROWS_AS(expand_dims(x, 3), GraphError);
  CHECK_THROWS_AS(expand_dims(x, -4), GraphError);
  const Output full = placeholder(graph, DType::f32, {1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(caught<GraphError>([&] { expand_dims(full, 0); }).info().message ==
        "the rank is 8 already, and no rank is higher");
}

TEST_CASE("squeeze removes dimensions of 1") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1, 2, 1, unknown});
  CHECK(squeeze(x).shape() == Shape{2, unknown});
  CHECK(squeeze(x, {0}).shape() == Shape{2, 1, unknown});
  CHECK(squeeze(x, {-1, 0}).shape() == Shape{2, 1});
  const auto two = caught<GraphError>([&] { squeeze(x, {1}); });
  CHECK(two.code() == ErrorCode::shape_mismatch);
  CHECK(two.info().message ==
        "dimension 1 of [1, 2, 1, ?] is 2, but only a dimension of 1 can be removed");
}

TEST_CASE("the rank of squeeze does not depend on what is fed") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1, unknown});
  CHECK(evaluate(squeeze(x), {{x, sample<float>({1, 1})}}).shape() == Shape{1});
  const Output last = squeeze(x, {1});
  CHECK(evaluate(last, {{x, sample<float>({1, 1})}}).shape() == Shape{1});
  CHECK_THROWS_AS(evaluate(last, {{x, sample<float>({1, 4})}}), Refusal);
}

TEST_CASE("empty handles are refused") {
  CHECK(caught<GraphError>([] { squeeze(Output{}); }).code() == ErrorCode::empty_handle);
  CHECK(caught<GraphError>([] { reshape(Output{}, {1}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
