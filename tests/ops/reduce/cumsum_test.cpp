#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

template <class T>
void check(const Shape& shape, std::size_t axis, bool exclusive, bool reverse) {
  CAPTURE(shape.to_string());
  CAPTURE(axis);
  CAPTURE(exclusive);
  CAPTURE(reverse);
  using Sum = std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;
  const Tensor x = sample<T>(shape, 3);
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) inner *= shape.dims()[i];
  const std::int64_t size = shape.dims()[axis];
  Tensor expected = Tensor::zeros(x.dtype(), shape);
  for (std::int64_t line = 0; line < x.num_elements() / size; ++line) {
    Sum sum = 0;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t row = reverse ? size - 1 - i : i;
      const auto at = static_cast<std::size_t>((line / inner * size + row) * inner + line % inner);
      const Sum before = sum;
      sum += static_cast<Sum>(x.data<T>()[at]);
      expected.mutable_data<T>()[at] = static_cast<T>(exclusive ? before : sum);
    }
  }
  const Graph graph;
  const Output y = cumsum(constant(graph, x), static_cast<std::int64_t>(axis),
                          {.exclusive = exclusive, .reverse = reverse});
  CHECK(same_bytes(evaluate(y), expected));
  CHECK(same_for_all_splits(y, expected));
}

TEST_CASE_TEMPLATE("cumsum along any axis, one element after the other", T, float, double,
                   std::int32_t, std::int64_t) {
  for (const Shape& shape : {Shape{1}, Shape{9}, Shape{40000}, Shape{3, 500}, Shape{500, 3},
                             Shape{4, 30, 300}, Shape{20000, 2}})
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
      for (const bool exclusive : {false, true})
        for (const bool reverse : {false, true}) check<T>(shape, axis, exclusive, reverse);
}

TEST_CASE("sums so far") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1, 2, 3}, {4, 5, 6}});
  CHECK(evaluate(cumsum(x, 1)) == Tensor{{1, 3, 6}, {4, 9, 15}});
  CHECK(evaluate(cumsum(x, 0)) == Tensor{{1, 2, 3}, {5, 7, 9}});
  CHECK(evaluate(cumsum(x, -1, {.exclusive = true})) == Tensor{{0, 1, 3}, {0, 4, 9}});
  CHECK(evaluate(cumsum(x, -1, {.reverse = true})) == Tensor{{6, 5, 3}, {15, 11, 6}});
  CHECK(evaluate(cumsum(x, 1, {.exclusive = true, .reverse = true})) ==
        Tensor{{5, 3, 0}, {11, 6, 0}});
}

TEST_CASE("f32 is summed up in f64, and integers wrap") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1e8F, 1.0F, 1.0F, -1e8F});
  CHECK(evaluate(cumsum(x, 0)).at<float>(3) == 2.0F);
  const Output most = constant(graph, Tensor{std::numeric_limits<std::int32_t>::max(), 1});
  CHECK(evaluate(cumsum(most, 0)).at<std::int32_t>(1) == std::numeric_limits<std::int32_t>::min());
}

TEST_CASE("the gradient of cumsum is summed up from the other end") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0, 2.0, 3.0});
  const Output weights = constant(graph, Tensor{1.0, 10.0, 100.0});
  CHECK(evaluate(gradient(reduce_sum(cumsum(x, 0) * weights), x)) == Tensor{111.0, 110.0, 100.0});
  CHECK(evaluate(gradient(reduce_sum(cumsum(x, 0, {.exclusive = true}) * weights), x)) ==
        Tensor{110.0, 100.0, 0.0});
}

TEST_CASE("operands of cumsum are checked") {
  const Graph graph;
  CHECK(evaluate(cumsum(zeros(graph, DType::f32, {2, 0}), 1)).shape() == Shape{2, 0});
  CHECK(evaluate(cumsum(zeros(graph, DType::f32, {2, 0}), 0)).shape() == Shape{2, 0});
  const Output scalar = placeholder(graph, DType::f32, {});
  CHECK(caught<GraphError>([&] { cumsum(scalar, 0); }).info().message ==
        "axis 0 is outside the rank 0");
  const Output flags = placeholder(graph, DType::boolean, {2});
  CHECK(caught<GraphError>([&] { cumsum(flags, 0); }).code() == ErrorCode::dtype_mismatch);
  const Output open = placeholder(graph, DType::f32, {Shape::unknown, 2});
  CHECK(cumsum(open, 0).shape() == Shape{Shape::unknown, 2});
}

}  // namespace
}  // namespace deft
