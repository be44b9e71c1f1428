#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

TEST_CASE("ranges of integers are exact") {
  const Graph graph;
  CHECK(evaluate(range(graph, DType::i32, 0, 4)) == Tensor{0, 1, 2, 3});
  CHECK(evaluate(range(graph, DType::i32, 2, 9, 3)) == Tensor{2, 5, 8});
  CHECK(evaluate(range(graph, DType::i32, 2, 8, 3)) == Tensor{2, 5});
  CHECK(evaluate(range(graph, DType::i32, 3, -3, -2)) == Tensor{3, 1, -1});
  CHECK(range(graph, DType::i32, 3, 3).shape() == Shape{0});
  CHECK(range(graph, DType::i32, 3, 9, -1).shape() == Shape{0});
  CHECK(evaluate(range(graph, DType::i64, highest - 2, highest)) ==
        Tensor::from<std::int64_t>({2}, {highest - 2, highest - 1}));
  CHECK(evaluate(range(graph, DType::i64, highest, lowest, lowest)) ==
        Tensor::from<std::int64_t>({2}, {highest, -1}));
  CHECK(evaluate(range(graph, DType::i32, (1LL << 31) - 2, 1LL << 31)) ==
        Tensor{2147483646, 2147483647});
  const Output large = range(graph, DType::i64, 1, 100001);
  const Tensor value = evaluate(large);
  CHECK(value.at<std::int64_t>(99999) == 100000);
  CHECK(same_for_all_splits(large, value));
}

TEST_CASE("positions along a dimension that is known only in a run") {
  const Graph graph;
  const Output x = placeholder(graph, DType::boolean, {2, Shape::unknown});
  const Output y = range_like(x, -1);
  CHECK(y.spec() == TensorSpec{DType::i64, {Shape::unknown}});
  CHECK_FALSE(y.node().op->needs_value(0));
  CHECK(evaluate(y, {{x, Tensor::zeros(DType::boolean, {2, 3})}}) ==
        Tensor::from<std::int64_t>({3}, {0, 1, 2}));
  CHECK(range_like(x, 0).shape() == Shape{2});
  CHECK(caught<GraphError>([&] { range_like(x, 2); }).info().message ==
        "axis 2 is outside the rank 2");
}

/// Those of numpy.arange in f64.
TEST_CASE("ranges of floating numbers are rounded once") {
  const Graph graph;
  CHECK(evaluate(range(graph, DType::f64, 0, 1, 0.25)) == Tensor{0.0, 0.25, 0.5, 0.75});
  CHECK(evaluate(range(graph, DType::f64, 1, 0, -0.4)) == Tensor{1.0, 1 - 0.4, 1 - 0.8});
  CHECK(range(graph, DType::f64, 1, 1.3, 0.1).shape() == Shape{4});  // 1.3 / 0.1 is over 3
  const Tensor single = evaluate(range(graph, DType::f32, 0, 10, 0.1));
  for (std::int64_t i = 0; i < 100; ++i)
    CHECK(single.at<float>(i) == static_cast<float>(static_cast<double>(i) * 0.1));
}

TEST_CASE("numbers from here to there") {
  const Graph graph;
  CHECK(evaluate(linspace(graph, DType::f64, 1, 3, 5)) == Tensor{1.0, 1.5, 2.0, 2.5, 3.0});
  CHECK(evaluate(linspace(graph, DType::f32, 0, -1, 3)) == Tensor{0.0F, -0.5F, -1.0F});
  CHECK(evaluate(linspace(graph, DType::f64, 7, 9, 1)) == Tensor{7.0});
  CHECK(linspace(graph, DType::f64, 7, 9, 0).shape() == Shape{0});
  const Tensor wide = evaluate(linspace(graph, DType::f64, -1.7e308, 1.7e308, 3));
  CHECK(wide == Tensor{-1.7e308, 0.0, 1.7e308});
  const Tensor thirds = evaluate(linspace(graph, DType::f64, 0.1, 0.7, 50));
  CHECK(thirds.at<double>(0) == 0.1);
  CHECK(thirds.at<double>(49) == 0.7);
}

TEST_CASE("bad ranges are refused") {
  const Graph graph;
  const auto message = [](auto f) { return caught<GraphError>(f).info().message; };
  CHECK(message([&] { range(graph, DType::i32, 0, 5, 0); }) == "the step is 0");
  CHECK(message([&] { range(graph, DType::f64, 0, 5, 0); }) ==
        "a range from 0.000000 to 5.000000 in steps of 0.000000 has no end");
  CHECK(message([&] { range(graph, DType::i32, 0.5, 5); }) ==
        "the scalar 0.5 has no value of dtype i64");
  CHECK(message([&] { range(graph, DType::i32, 0, 1LL << 32, 1LL << 31); }) ==
        "the scalar 2147483648 has no value of dtype i32");
  CHECK(message([&] { range(graph, DType::boolean, 0, 1); }) ==
        "a range is of a numeric dtype, not of bool");
  CHECK(message([&] { range(graph, DType::i64, lowest, highest); }) ==
        "the number of elements does not fit in 63 bits");
  CHECK(message([&] { range(graph, DType::f64, 0, 1e300); }) ==
        "the number of elements does not fit in 63 bits");
  CHECK_THROWS_AS(range(graph, DType::f64, 0, NAN), GraphError);
  CHECK_THROWS_AS(range(graph, DType::f32, 1e300, 3e300, 1e300), GraphError);
  CHECK_THROWS_AS(range(graph, static_cast<DType>(99), 0, 1), GraphError);
  CHECK(message([&] { linspace(graph, DType::i32, 0, 1, 3); }) == "is of f32 or f64, not of i32");
  CHECK(message([&] { linspace(graph, DType::f32, 0, 1, -3); }) == "is asked for -3 numbers");
}

}  // namespace
}  // namespace deft
