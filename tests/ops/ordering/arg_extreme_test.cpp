#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// Of the elements start, start + stride, ...: the first extreme, or the first NaN.
template <class T>
std::int64_t first_extreme(const Tensor& x, std::int64_t start, std::int64_t stride,
                           std::int64_t size, bool max) {
  const auto at = [&](std::int64_t i) {
    return x.data<T>()[static_cast<std::size_t>(start + i * stride)];
  };
  std::int64_t best = 0;
  for (std::int64_t i = 0; i < size; ++i) {
    if (at(i) != at(i)) return i;
    if (max ? at(i) > at(best) : at(i) < at(best)) best = i;
  }
  return best;
}

template <class T>
void check(const Tensor& x, std::size_t axis) {
  CAPTURE(x.shape().to_string());
  CAPTURE(axis);
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < x.shape().rank(); ++i) inner *= x.shape().dims()[i];
  const std::int64_t size = x.shape().dims()[axis];
  const Graph graph;
  for (const bool max : {true, false}) {
    const Output source = constant(graph, x);
    const auto signed_axis = static_cast<std::int64_t>(axis);
    const Output y = max ? argmax(source, signed_axis) : argmin(source, signed_axis);
    std::vector<std::int64_t> expected;
    for (std::int64_t line = 0; line < x.num_elements() / size; ++line)
      expected.push_back(
          first_extreme<T>(x, line / inner * size * inner + line % inner, inner, size, max));
    const Tensor wanted = Tensor::from<std::int64_t>(y.shape(), expected);
    CHECK(evaluate(y) == wanted);
    CHECK(same_for_all_splits(y, wanted));
  }
}

const std::vector<Shape> shapes = {Shape{1},         Shape{31},      Shape{32},
                                   Shape{1000},      Shape{5000},    Shape{40, 10},
                                   Shape{3, 2000},   Shape{2000, 3}, Shape{5, 700, 3},
                                   Shape{2, 3, 600}, Shape{400, 300}};

TEST_CASE_TEMPLATE("argmax and argmin give the first of equals along any axis", T, float, double,
                   std::int32_t, std::int64_t) {
  for (const Shape& shape : shapes)
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) check<T>(sample<T>(shape), axis);
}

TEST_CASE_TEMPLATE("the first NaN wins, in rows and columns", T, float, double) {
  for (const Shape& shape : shapes)
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      Tensor x = sample<T>(shape);
      const auto elements = x.template mutable_data<T>();
      for (std::size_t i = 17; i < elements.size(); i += 23)
        elements[i] = std::numeric_limits<T>::quiet_NaN();
      for (std::size_t i = 16; i < elements.size(); i += 29)
        elements[i] = (i % 2 == 0 ? 1 : -1) * std::numeric_limits<T>::infinity();
      check<T>(x, axis);
    }
}

TEST_CASE("zeros of both signs, infinities and NaN alone") {
  const float inf = std::numeric_limits<float>::infinity();
  const Graph graph;
  for (const std::int64_t size : {3, 100, 3000}) {
    const auto filled = [&](float value, float last) {
      std::vector<float> values(static_cast<std::size_t>(size), value);
      values.back() = last;
      return constant(graph, Tensor::from<float>({size}, values));
    };
    for (const std::int64_t target : InstructionSet::all()) {
      const InstructionSet only(target);
      CHECK(evaluate(argmax(filled(-0.0F, 0.0F), 0)).item<std::int64_t>() == 0);
      CHECK(evaluate(argmin(filled(0.0F, -0.0F), 0)).item<std::int64_t>() == 0);
      CHECK(evaluate(argmax(filled(-inf, -inf), 0)).item<std::int64_t>() == 0);
      CHECK(evaluate(argmin(filled(inf, inf), 0)).item<std::int64_t>() == 0);
      CHECK(evaluate(argmax(filled(std::nanf(""), inf), 0)).item<std::int64_t>() == 0);
      CHECK(evaluate(argmax(filled(inf, std::nanf("")), 0)).item<std::int64_t>() == size - 1);
      CHECK(evaluate(argmin(filled(-inf, std::nanf("")), 0)).item<std::int64_t>() == size - 1);
    }
  }
}

TEST_CASE("integers beyond 2^53 are told apart") {
  const Graph graph;
  const std::int64_t large = std::int64_t{1} << 53;
  const Output x = constant(graph, Tensor{large, large + 1, large});
  CHECK(evaluate(argmax(x, 0)).item<std::int64_t>() == 1);
  const Output lowest = constant(graph, Tensor{-large, -large - 1, -large});
  CHECK(evaluate(argmin(lowest, 0)).item<std::int64_t>() == 1);
}

TEST_CASE("shapes of argmax") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, Shape::unknown, 4});
  CHECK(argmax(x, 1).spec() == TensorSpec{DType::i64, {2, 4}});
  CHECK(argmax(x, -1, {.keep_dims = true}).shape() == Shape{2, Shape::unknown, 1});
  CHECK(evaluate(argmin(zeros(graph, DType::f32, {3, 0}), 0)).shape() == Shape{0});
}

TEST_CASE("operands of argmax are checked") {
  const Graph graph;
  const auto empty = caught<GraphError>([&] { argmax(zeros(graph, DType::f32, {3, 0}), 1); });
  CHECK(empty.code() == ErrorCode::shape_mismatch);
  CHECK(empty.info().message == "dimension 1 of [3, 0] is 0, and nothing has no extreme");
  const Output late = placeholder(graph, DType::f32, {Shape::unknown});
  CHECK_THROWS_AS(evaluate(argmin(late, 0), {{late, Tensor::zeros(DType::f32, {0})}}), Refusal);
  const Output scalar = placeholder(graph, DType::f32, {});
  CHECK(caught<GraphError>([&] { argmax(scalar, 0); }).info().message ==
        "axis 0 is outside the rank 0");
  const Output flags = placeholder(graph, DType::boolean, {3});
  CHECK(caught<GraphError>([&] { argmax(flags, 0); }).code() == ErrorCode::dtype_mismatch);
}

TEST_CASE("an index of an extreme does not vary") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0, 3.0, 2.0});
  const Output y = reduce_sum(x * cast(argmax(x, 0), DType::f64));
  CHECK(evaluate(gradient(y, x)) == Tensor{1.0, 1.0, 1.0});
}

}  // namespace
}  // namespace deft
