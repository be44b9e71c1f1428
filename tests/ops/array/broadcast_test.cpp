#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

struct Case {
  Shape from;
  Shape to;
};

const std::vector<Case> cases = {
    {Shape{}, Shape{}},
    {Shape{}, Shape{17}},
    {Shape{1}, Shape{0}},
    {Shape{3}, Shape{2, 3}},
    {Shape{2, 1}, Shape{2, 30}},
    {Shape{700, 1}, Shape{700, 3}},
    {Shape{3}, Shape{700, 3}},
    {Shape{4, 1, 5}, Shape{4, 3, 5}},
    {Shape{1, 9, 1}, Shape{4, 9, 7}},
    {Shape{20001, 1}, Shape{20001, 2}},
    {Shape{2, 3}, Shape{2, 3}},
};

TEST_CASE_TEMPLATE("broadcasts equal a plain loop", T, float, double, std::int32_t, std::int64_t,
                   bool) {
  for (const Case& shapes : cases) {
    CAPTURE(shapes.from.to_string());
    CAPTURE(shapes.to.to_string());
    const Graph graph;
    const Tensor x = sample<T>(shapes.from);
    Tensor expected = Tensor::zeros(dtype_of<T>(), shapes.to);
    std::size_t at = 0;
    for_each_index(shapes.to, [&](std::span<const std::int64_t> index) {
      expected.mutable_data<T>()[at++] = x.data<T>()[broadcast_index(index, shapes.from)];
    });
    const Output y = broadcast_to(constant(graph, x), shapes.to);
    CHECK(evaluate(y) == expected);
    CHECK(same_for_all_splits(y, expected));
    const Output like = zeros(graph, DType::boolean, shapes.to);
    CHECK(evaluate(broadcast_like(constant(graph, x), like)) == expected);
  }
}

TEST_CASE_TEMPLATE("sum_like undoes a broadcast", T, float, double, std::int32_t, std::int64_t) {
  for (const Case& shapes : cases) {
    CAPTURE(shapes.from.to_string());
    CAPTURE(shapes.to.to_string());
    const Graph graph;
    const Tensor x = sample<T>(shapes.to);
    Tensor expected = Tensor::zeros(dtype_of<T>(), shapes.from);
    std::size_t at = 0;
    for_each_index(shapes.to, [&](std::span<const std::int64_t> index) {
      expected.mutable_data<T>()[broadcast_index(index, shapes.from)] += x.data<T>()[at++];
    });
    const Output like = zeros(graph, DType::f32, shapes.from);
    const Output y = sum_like(constant(graph, x), like);
    CHECK(y.spec() == expected.spec());
    CHECK(evaluate(y) == expected);
    CHECK(same_for_all_splits(y, expected));
  }
}

TEST_CASE("shapes that are known only in a run") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 1});
  const Output like = placeholder(graph, DType::f32, {unknown, 3});
  const Tensor column = Tensor::from<float>({2, 1}, {1, 2});
  const Tensor matrix = Tensor::zeros(DType::f32, {2, 3});
  const Output wide = broadcast_like(x, like);
  CHECK(wide.shape() == Shape{unknown, 3});
  CHECK(evaluate(wide, {{x, column}, {like, matrix}}) ==
        Tensor::from<float>({2, 3}, {1, 1, 1, 2, 2, 2}));
  CHECK_THROWS_AS(evaluate(wide, {{x, column}, {like, Tensor::zeros(DType::f32, {3, 3})}}),
                  Refusal);
  const Output narrow = sum_like(like, x);
  CHECK(narrow.shape() == Shape{unknown, 1});
  CHECK(evaluate(narrow, {{x, column}, {like, matrix}}) == Tensor::from<float>({2, 1}, {0, 0}));
  CHECK_FALSE(wide.node().op->needs_value(1));
  CHECK_FALSE(narrow.node().op->needs_value(1));
}

TEST_CASE("shapes that do not fit are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const auto to = caught<GraphError>([&] { broadcast_to(x, {3, 3}); });
  CHECK(to.code() == ErrorCode::shape_mismatch);
  CHECK(to.info().message ==
        "the shape [2, 3] does not broadcast to [3, 3]: dimension -2 is 2 and 3");
  CHECK(caught<GraphError>([&] { broadcast_to(x, {3}); }).info().message ==
        "the shape [2, 3] does not broadcast to [3]: rank 2 is over 1");
  CHECK(caught<GraphError>([&] {
          broadcast_to(x, {unknown, 3});
        })
            .info()
            .message == "broadcasting needs known dimensions, but the shape is [?, 3]");
  CHECK_THROWS_AS(sum_like(x, placeholder(graph, DType::f32, {2})), GraphError);
  CHECK_THROWS_AS(broadcast_like(x, placeholder(graph, DType::f32, {2})), GraphError);
  CHECK(caught<GraphError>([&] {
          sum_like(placeholder(graph, DType::boolean, {2}), placeholder(graph, DType::f32, {}));
        }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
