#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// a before b in ascending order.
template <class T>
bool is_before(T a, T b) {
  return a < b || (b != b && a == a);
}

/// The order of the elements start, start + stride, ..., by the standard library's stable sort.
template <class T>
std::vector<std::int64_t> order_of(const Tensor& x, std::int64_t start, std::int64_t stride,
                                   std::int64_t size, bool descending) {
  const auto at = [&](std::int64_t i) {
    return x.data<T>()[static_cast<std::size_t>(start + i * stride)];
  };
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return descending ? is_before(at(b), at(a)) : is_before(at(a), at(b));
  });
  return order;
}

std::int64_t product(std::span<const std::int64_t> dims) {
  return std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>());
}

template <class T>
void check_argsort(const Tensor& x, std::size_t axis, bool descending) {
  CAPTURE(x.shape().to_string());
  CAPTURE(axis);
  CAPTURE(descending);
  const std::int64_t size = x.shape().dims()[axis];
  const std::int64_t inner = product(x.shape().dims().subspan(axis + 1));
  Tensor indices = Tensor::zeros(DType::i64, x.shape());
  Tensor sorted = x;
  for (std::int64_t line = 0; line < x.num_elements() / size; ++line) {
    const std::int64_t start = line / inner * size * inner + line % inner;
    const auto order = order_of<T>(x, start, inner, size, descending);
    for (std::int64_t i = 0; i < size; ++i) {
      const auto to = static_cast<std::size_t>(start + i * inner);
      const auto from = order[static_cast<std::size_t>(i)];
      indices.mutable_data<std::int64_t>()[to] = from;
      sorted.mutable_data<T>()[to] = x.data<T>()[static_cast<std::size_t>(start + from * inner)];
    }
  }
  const Graph graph;
  const SortOptions options{.axis = static_cast<std::int64_t>(axis), .descending = descending};
  const Output y = argsort(constant(graph, x), options);
  CHECK(evaluate(y) == indices);
  CHECK(same_for_all_splits(y, indices));
  CHECK(same_bytes(evaluate(sort(constant(graph, x), options)), sorted));
}

template <class T>
void check_top_k(const Tensor& x, std::size_t axis, std::int64_t k) {
  CAPTURE(x.shape().to_string());
  CAPTURE(axis);
  CAPTURE(k);
  const std::int64_t size = x.shape().dims()[axis];
  const std::int64_t inner = product(x.shape().dims().subspan(axis + 1));
  const Graph graph;
  const auto [values, indices] =
      top_k(constant(graph, x), k, {.axis = static_cast<std::int64_t>(axis)});
  Tensor expected_values = Tensor::zeros(x.dtype(), values.shape());
  Tensor expected_indices = Tensor::zeros(DType::i64, values.shape());
  for (std::int64_t line = 0; line < x.num_elements() / size; ++line) {
    const std::int64_t start = line / inner * size * inner + line % inner;
    const auto order = order_of<T>(x, start, inner, size, true);
    for (std::int64_t i = 0; i < k; ++i) {
      const auto to = static_cast<std::size_t>(line / inner * k * inner + line % inner + i * inner);
      const auto from = order[static_cast<std::size_t>(i)];
      expected_indices.mutable_data<std::int64_t>()[to] = from;
      expected_values.mutable_data<T>()[to] =
          x.data<T>()[static_cast<std::size_t>(start + from * inner)];
    }
  }
  CHECK(same_bytes(evaluate(values), expected_values));
  CHECK(evaluate(indices) == expected_indices);
  CHECK(same_for_all_splits(values, expected_values));
}

/// Lines that are compared and that are sorted by digits, of neighbours and with strides.
const std::vector<Shape> shapes = {Shape{1},      Shape{2},          Shape{1023},
                                   Shape{1024},   Shape{5000},       Shape{300, 7},
                                   Shape{7, 300}, Shape{2, 1500, 3}, Shape{40, 2, 30}};

/// Values of any bits among small ones that repeat.
template <class T>
Tensor mixed(const Shape& shape) {
  Tensor x = sample<T>(shape);
  if constexpr (std::is_floating_point_v<T>) {
    const std::vector<T> special = special_values<T>();
    const auto elements = x.template mutable_data<T>();
    for (std::size_t i = 0; i < elements.size(); i += 3)
      elements[i] = special[i / 3 % special.size()];
    for (std::size_t i = 1; i < elements.size(); i += 5) elements[i] *= T{1e-30F} * elements[i];
  } else if constexpr (is_narrow_float<T>) {
    const std::vector<float> special = special_values<float>();
    const auto elements = x.template mutable_data<T>();
    for (std::size_t i = 0; i < elements.size(); i += 3)
      elements[i] = T(special[i / 3 % special.size()]);
  } else if constexpr (!std::is_same_v<T, bool>) {
    const auto elements = x.template mutable_data<T>();
    for (std::size_t i = 0; i < elements.size(); i += 4) {
      const T small = elements[i] < 0 ? T{5} : static_cast<T>(elements[i] % 100);
      elements[i] = static_cast<T>(i % 8 == 0 ? std::numeric_limits<T>::max() - small
                                              : std::numeric_limits<T>::min() + small);
    }
  }
  return x;
}

TEST_CASE_TEMPLATE("sorting is stable along any axis, in both directions", T, float, double,
                   std::int32_t, std::int64_t, bool, std::int8_t, std::uint16_t, std::uint64_t,
                   Half, BFloat16) {
  for (const Shape& shape : shapes)
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
      for (const bool descending : {false, true})
        check_argsort<T>(mixed<T>(shape), axis, descending);
}

TEST_CASE_TEMPLATE("top_k is the begin of a descending sort", T, float, double, std::int32_t,
                   std::int64_t, bool, std::int16_t, std::uint32_t, std::uint64_t, Half) {
  for (const Shape& shape : shapes)
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
      for (const std::int64_t k : {std::int64_t{1}, std::int64_t{5}, shape.dims()[axis]})
        if (k <= shape.dims()[axis]) check_top_k<T>(mixed<T>(shape), axis, k);
}

TEST_CASE("NaN is last in ascending and first in descending order") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0, nan, inf, -nan, 0.0, -0.0, -inf});
  CHECK(evaluate(argsort(x)) == Tensor{6L, 4L, 5L, 0L, 2L, 1L, 3L});
  CHECK(evaluate(argsort(x, {.descending = true})) == Tensor{1L, 3L, 2L, 0L, 4L, 5L, 6L});
  CHECK(evaluate(top_k(x, 3).indices) == Tensor{1L, 3L, 2L});
  const Tensor sorted = evaluate(sort(x));
  CHECK(!std::signbit(sorted.at<double>(1)));
  CHECK(std::signbit(sorted.at<double>(2)));
}

TEST_CASE("integers beyond 2^53 are in order") {
  const Graph graph;
  const std::int64_t large = std::int64_t{1} << 53;
  const Output x = constant(graph, Tensor{large + 1, large, -large, -large - 1});
  CHECK(evaluate(sort(x)) == Tensor{-large - 1, -large, large, large + 1});
  CHECK(evaluate(top_k(x, 1).values) == Tensor{large + 1});
}

TEST_CASE("gradients go back to where elements came from") {
  const Graph graph;
  const Output x = constant(graph, Tensor{3.0, 1.0, 2.0});
  const Output weights = constant(graph, Tensor{1.0, 10.0, 100.0});
  CHECK(evaluate(gradient(reduce_sum(sort(x) * weights), x)) == Tensor{100.0, 1.0, 10.0});
  const Output two = constant(graph, Tensor{1.0, 10.0});
  CHECK(evaluate(gradient(reduce_sum(top_k(x, 2).values * two), x)) == Tensor{1.0, 0.0, 10.0});
  const Output index = cast(top_k(x, 2).indices, DType::f64);
  CHECK(evaluate(gradient(reduce_sum(index * two), x)) == Tensor{0.0, 0.0, 0.0});
}

TEST_CASE("sorting without elements") {
  const Graph graph;
  const Output x = zeros(graph, DType::f32, {2, 0});
  CHECK(evaluate(sort(x)).shape() == Shape{2, 0});
  CHECK(evaluate(argsort(x, {.axis = 0})).shape() == Shape{2, 0});
  CHECK(evaluate(top_k(x, 0).values).shape() == Shape{2, 0});
  CHECK(evaluate(top_k(constant(graph, sample<float>({2, 3})), 0).indices).shape() == Shape{2, 0});
}

TEST_CASE("arguments of sorting are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const auto many = caught<GraphError>([&] { top_k(x, 4); });
  CHECK(many.code() == ErrorCode::invalid_argument);
  CHECK(many.info().message == "k is 4, but dimension 1 of [2, 3] is 3");
  CHECK(caught<GraphError>([&] { top_k(x, -1); }).info().message == "k is -1");
  CHECK(caught<GraphError>([&] { sort(x, {.axis = 2}); }).info().message ==
        "axis 2 is outside the rank 2");
  const Output scalar = placeholder(graph, DType::f32, {});
  CHECK_THROWS_AS(argsort(scalar), GraphError);
  const Output open = placeholder(graph, DType::f32, {Shape::unknown});
  const auto [values, indices] = top_k(open, 2);
  CHECK(values.shape() == Shape{2});
  CHECK(indices.spec() == TensorSpec{DType::i64, {2}});
  CHECK_THROWS_AS(evaluate(values, {{open, sample<float>({1})}}), Refusal);
  CHECK(sort(open, {.name = "ranked"}).name() == "ranked");
}

}  // namespace
}  // namespace deft
