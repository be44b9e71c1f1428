#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
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
  using Product = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
  const Tensor x = sample<T>(shape, 4);
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) inner *= shape.dims()[i];
  const std::int64_t size = shape.dims()[axis];
  Tensor expected = Tensor::zeros(x.dtype(), shape);
  for (std::int64_t line = 0; line < x.num_elements() / size; ++line) {
    Product product = 1;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t row = reverse ? size - 1 - i : i;
      const auto at = static_cast<std::size_t>((line / inner * size + row) * inner + line % inner);
      const Product before = product;
      product *= static_cast<Product>(x.data<T>()[at]);
      expected.mutable_data<T>()[at] = static_cast<T>(exclusive ? before : product);
    }
  }
  const Graph graph;
  const Output y = cumprod(constant(graph, x), static_cast<std::int64_t>(axis),
                           {.exclusive = exclusive, .reverse = reverse});
  CHECK(same_bytes(evaluate(y), expected));
  CHECK(same_for_all_splits(y, expected));
}

TEST_CASE_TEMPLATE("cumprod along any axis, one element after the other", T, float, double,
                   std::int32_t, std::int64_t) {
  for (const Shape& shape : {Shape{1}, Shape{9}, Shape{40000}, Shape{3, 500}, Shape{500, 3},
                             Shape{4, 30, 300}, Shape{20000, 2}})
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
      for (const bool exclusive : {false, true})
        for (const bool reverse : {false, true}) check<T>(shape, axis, exclusive, reverse);
}

TEST_CASE("products so far") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1, 2, 3}, {4, 5, 6}});
  CHECK(evaluate(cumprod(x, 1)) == Tensor{{1, 2, 6}, {4, 20, 120}});
  CHECK(evaluate(cumprod(x, 0)) == Tensor{{1, 2, 3}, {4, 10, 18}});
  CHECK(evaluate(cumprod(x, -1, {.exclusive = true})) == Tensor{{1, 1, 2}, {1, 4, 20}});
  CHECK(evaluate(cumprod(x, -1, {.reverse = true})) == Tensor{{6, 6, 3}, {120, 30, 6}});
  CHECK(evaluate(cumprod(x, 1, {.exclusive = true, .reverse = true})) ==
        Tensor{{6, 3, 1}, {30, 6, 1}});
}

TEST_CASE("products of f32 are carried in f64, and integers wrap") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1e30F, 1e30F, 1e-30F});
  CHECK(evaluate(cumprod(x, 0)).at<float>(2) == doctest::Approx(1e30));
  const Output most = constant(graph, Tensor{std::numeric_limits<std::int32_t>::max(), 2});
  CHECK(evaluate(cumprod(most, 0)).at<std::int32_t>(1) == -2);
}

TEST_CASE("the gradient of cumprod is exact where elements are 0") {
  const Graph graph;
  const Output x = constant(graph, Tensor{2.0, 0.0, 3.0, 0.0, 5.0});
  const Output weights = constant(graph, Tensor{1.0, 10.0, 100.0, 1000.0, 10000.0});
  CHECK(evaluate(gradient(reduce_sum(cumprod(x, 0) * weights), x)) ==
        Tensor{1.0, 620.0, 0.0, 0.0, 0.0});
  CHECK(evaluate(gradient(reduce_sum(cumprod(x, 0, {.exclusive = true}) * weights), x)) ==
        Tensor{10.0, 6200.0, 0.0, 0.0, 0.0});
  const Output narrow = constant(graph, Tensor{1e30F, 1e30F, 1e-30F});
  const Tensor slopes =
      evaluate(gradient(reduce_sum(slice(cumprod(narrow, 0), 0, {.begin = 2})), narrow));
  CHECK(slopes.at<float>(0) == doctest::Approx(1));
}

TEST_CASE("higher derivatives of cumprod") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {Shape::unknown, Shape::unknown});
  const Tensor at{{0.5, 0.0, -1.5, 2.0}, {0.0, 0.75, 0.0, 1.25}};
  for (const bool exclusive : {false, true})
    for (const bool reverse : {false, true})
      CHECK(gradient_mismatch(cumprod(x, 1, {.exclusive = exclusive, .reverse = reverse}), {x},
                              {at}, {.orders = 3}) == "");
}

TEST_CASE("operands of cumprod are checked") {
  const Graph graph;
  CHECK(evaluate(cumprod(zeros(graph, DType::f32, {2, 0}), 1)).shape() == Shape{2, 0});
  const Output scalar = placeholder(graph, DType::f32, {});
  CHECK(caught<GraphError>([&] { cumprod(scalar, 0); }).info().message ==
        "axis 0 is outside the rank 0");
  const Output flags = placeholder(graph, DType::boolean, {2});
  CHECK(caught<GraphError>([&] { cumprod(flags, 0); }).code() == ErrorCode::dtype_mismatch);
  const Output open = placeholder(graph, DType::f32, {Shape::unknown, 2});
  CHECK(cumprod(open, 0).shape() == Shape{Shape::unknown, 2});
}

}  // namespace
}  // namespace deft
