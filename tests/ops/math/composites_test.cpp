#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor slope_of(const Output& y, const Output& x) {
  return evaluate(gradients(reduce_sum(y), {x}).at(0));
}

TEST_CASE("clip keeps what lies between the bounds, and NaN") {
  const Graph graph;
  const Output x = constant(graph, Tensor{-2.0, -1.0, 0.5, 3.0, 4.0, infinity, -infinity});
  CHECK(evaluate(clip(x, -1, 3)) == Tensor{-1.0, -1.0, 0.5, 3.0, 3.0, 3.0, -1.0});
  CHECK(evaluate(clip(x, -infinity, 3)).data<double>()[6] == -infinity);
  const Output nan = constant(graph, Tensor{std::nan("")});
  CHECK(std::isnan(evaluate(clip(nan, 0, 1)).data<double>()[0]));
  const Output integers = constant(graph, Tensor{-5, 0, 7});
  CHECK(evaluate(clip(integers, -1, 6)) == Tensor{-1, 0, 6});
  const Output wide = constant(graph, Tensor{(1L << 53) + 1, -7L});
  CHECK(evaluate(clip(wide, 0, (1L << 53) + 3)) == Tensor{(1L << 53) + 1, 0L});
  CHECK(evaluate(clip(zeros(graph, DType::f32, {0, 3}), 0, 1)).shape() == Shape{0, 3});
}

TEST_CASE("clip takes bounds that are tensors, of which the upper one decides") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{0.0, 5.0}, {-5.0, 1.0}});
  CHECK(evaluate(clip(x, Tensor{-1.0, 2.0}, 3)) == Tensor{{0.0, 3.0}, {-1.0, 2.0}});
  CHECK(evaluate(clip(x, 2, constant(graph, Tensor{{1.0}, {3.0}}))) ==
        Tensor{{1.0, 1.0}, {2.0, 2.0}});
}

TEST_CASE("the gradient of clip is 1 at the bounds, 0 outside, NaN of NaN") {
  const Graph graph;
  const Output x = constant(graph, Tensor{-2.0, -1.0, 0.5, 3.0, 4.0, std::nan("")});
  const Output low = constant(graph, Tensor{-1.0});
  const Output high = constant(graph, Tensor{3.0});
  const Output y = clip(x, low, high);
  const Tensor slope = slope_of(y, x);
  for (std::size_t i = 0; i < 5; ++i) CHECK(slope.data<double>()[i] == (i == 0 || i == 4 ? 0 : 1));
  CHECK(std::isnan(slope.data<double>()[5]));
  const Output numbers = constant(graph, Tensor{-2.0, -1.0, 0.5, 3.0, 4.0, 5.0});
  CHECK(slope_of(clip(numbers, low, high), low) == Tensor{1.0});
  CHECK(slope_of(clip(numbers, low, high), high) == Tensor{2.0});
}

TEST_CASE("bounds in the wrong order are refused, and so is a bound that is NaN") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { clip(x, 3, -1, {.name = "bounded"}); });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(error.info().op == "clip");
  CHECK(error.info().node == "bounded");
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "there is nothing from 3.0 to -1.0");
  CHECK(error.info().cure == "give the lower bound first");
  CHECK_NOTHROW(clip(x, 1, 1));
  CHECK_THROWS_AS(clip(x, 0, std::nan("")), GraphError);
  CHECK_THROWS_AS(clip(placeholder(graph, DType::i64, {}), (1L << 53) + 1, 1L << 53), GraphError);
  CHECK_THROWS_AS(clip(placeholder(graph, DType::i32, {}), 0.5, 2), GraphError);
  CHECK_THROWS_AS(clip(placeholder(graph, DType::boolean, {}), 0, 1), GraphError);
}

TEST_CASE("the result has the given name, and what it is made of stands below") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown});
  CHECK(clip(x, 0, 1, {.name = "share"}).name() == "share");
  CHECK(clip(x, 0, 1).name() == "clip");
  CHECK(reciprocal(x).name() == "reciprocal");
  CHECK(squared_difference(x, 1).name() == "squared_difference");
  CHECK(graph.contains("share/maximum"));
}

TEST_CASE("reciprocal") {
  const Graph graph;
  const Output x = constant(graph, Tensor{2.0, -0.25, infinity, -0.0});
  CHECK(evaluate(reciprocal(x)) == Tensor{0.5, -4.0, 0.0, -infinity});
  const auto error = caught<GraphError>([&] {
    reciprocal(constant(graph, Tensor{1, 2}), {.name = "r"});
  });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(error.info().message == "the operand is i32, but must be f32 or f64");
}

TEST_CASE("squared_difference broadcasts, of any numeric dtype") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1.0}, {4.0}});
  CHECK(evaluate(squared_difference(x, Tensor{3.0, 4.0})) == Tensor{{4.0, 9.0}, {1.0, 0.0}});
  CHECK(evaluate(squared_difference(2, constant(graph, Tensor{5, 2}))) == Tensor{9, 0});
  CHECK_THROWS_AS(squared_difference(1, 2), GraphError);
}

TEST_CASE("composites have gradients to the second order, of unknown shapes too") {
  const Tensor at{{0.5, -1.25, 2.0}, {0.875, 0.75, -0.5}};
  for (const Shape& shape : {Shape{2, 3}, Shape{Shape::unknown, Shape::unknown}}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, shape);
    const Output y = constant(graph, Tensor{0.25, -1.0, 1.5});
    for (const Output& z : {square(clip(x, -1, 0.625)), reciprocal(x), squared_difference(x, y),
                            squared_difference(y, x) * x})
      CHECK(gradient_mismatch(z, {x}, {at}) == "");
  }
}

}  // namespace
}  // namespace deft
