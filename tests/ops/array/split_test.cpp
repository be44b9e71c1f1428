#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/movement.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

TEST_CASE("a number asks for equal parts, a list for these sizes") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1, 2, 3, 4}, {5, 6, 7, 8}});
  const std::vector<Output> halves = split(x, 2, 1);
  REQUIRE(halves.size() == 2);
  CHECK(evaluate(halves[0]) == Tensor{{1, 2}, {5, 6}});
  CHECK(evaluate(halves[1]) == Tensor{{3, 4}, {7, 8}});
  const std::vector<Output> parts = split(x, {1, 0, 3}, -1);
  REQUIRE(parts.size() == 3);
  CHECK(evaluate(parts[0]) == Tensor{{1}, {5}});
  CHECK(parts[1].shape() == Shape{2, 0});
  CHECK(evaluate(parts[2]) == Tensor{{2, 3, 4}, {6, 7, 8}});
  CHECK(split(x, {2}).size() == 1);  // one part of 2, not two parts
  CHECK(split(x, std::size_t{2}).size() == 2);
}

TEST_CASE("equal parts of a dimension that is known only in a run") {
  const Graph graph;
  const Output x = placeholder(graph, DType::i32, {unknown, 2});
  const std::vector<Output> parts = split(x, 3, 0);
  CHECK(parts[1].shape() == Shape{unknown, 2});
  CHECK(evaluate(parts[1], {{x, Tensor{{1, 2}, {3, 4}, {5, 6}}}}) == Tensor{{3, 4}});
  CHECK_THROWS_AS(evaluate(parts[1], {{x, Tensor{{1, 2}, {3, 4}}}}), Refusal);
  CHECK(split(x, {1, 4})[1].shape() == Shape{4, 2});
}

TEST_CASE("split_like reads shapes alone") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1, 2, 3, 4, 5});
  const Output a = placeholder(graph, DType::f64, {unknown});
  const Output b = placeholder(graph, DType::boolean, {2});
  const std::vector<Output> parts = split_like(x, {a, b}, 0);
  CHECK(parts[0].spec() == TensorSpec{DType::i32, {unknown}});
  CHECK(parts[0].node().op->needs_value(0));
  CHECK_FALSE(parts[0].node().op->needs_value(1));
  const std::vector<std::pair<Output, Tensor>> feeds = {{a, Tensor::zeros(DType::f64, {3})},
                                                        {b, Tensor::zeros(DType::boolean, {2})}};
  CHECK(evaluate(parts[0], feeds) == Tensor{1, 2, 3});
  CHECK(evaluate(parts[1], feeds) == Tensor{4, 5});
  CHECK_THROWS_AS(split_like(x, {b, b}, 0), GraphError);
  CHECK(caught<GraphError>([&] {
          split_like(x, {b, placeholder(graph, DType::f32, {3, 1})}, 0);
        })
            .info()
            .message == "x has the rank 1, but input 2 2");
}

TEST_CASE("parts that do not fit are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {5, unknown});
  const auto message = [](auto f) { return caught<GraphError>(f).info().message; };
  CHECK(message([&] { split(x, 2); }) ==
        "dimension 0 of [5, ?] is 5 and cannot be cut into 2 equal parts");
  CHECK(message([&] {
          split(x, {2, 2});
        }) == "dimension 0 of [5, ?] is 5, but the sizes of the parts add up to 4");
  CHECK(message([&] { split(x, {7, -2}); }) == "a part has the size -2");
  CHECK(message([&] { split(x, 0); }) == "0 parts are asked for");
  CHECK(message([&] { split(x, -1); }) == "-1 parts are asked for");
  CHECK(message([&] { split(x, 1LL << 40, 1); }) == "1099511627776 parts are asked for");
  CHECK(message([&] { split(x, std::vector<std::int64_t>{}); }) == "0 parts are asked for");
  CHECK(message([&] { split(x, 5, 2); }) == "axis 2 is outside the rank 2");
  CHECK(caught<GraphError>([&] {
          split(x, {INT64_MAX, INT64_MAX}, 1);
        }).code() == ErrorCode::overflow);
  CHECK_THROWS_AS(split(x, UINT64_MAX), ValueError);
  CHECK_THROWS_AS(split(x, {UINT64_MAX}), ValueError);
  CHECK(message([&] { unstack(x, 1); }) ==
        "dimension 1 of [5, ?] is unknown, and so is the number of results");
  CHECK(message([&] { unstack(x, 2); }) == "axis 2 is outside the rank 2");
  CHECK(caught<GraphError>([] { unstack(Output{}); }).code() == ErrorCode::empty_handle);
  CHECK(caught<GraphError>([] { split(Output{}, 2); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
