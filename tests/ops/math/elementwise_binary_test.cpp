#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"
#include "support/ulps.hpp"

namespace deft {
namespace {

using Builder = Output (*)(const Operand&, const Operand&, const NodeOptions&);

/// Shapes that take every way through the kernels: one row, long rows, short rows in tiles,
/// operands repeated along any dimension, several blocks.
const std::vector<std::array<Shape, 3>> broadcasts = {
    {Shape{}, Shape{}, Shape{}},
    {Shape{0}, Shape{1}, Shape{0}},
    {Shape{1}, Shape{17}, Shape{17}},
    {Shape{1000}, Shape{1000}, Shape{1000}},
    {Shape{3, 0, 2}, Shape{3, 1, 1}, Shape{3, 0, 2}},
    {Shape{40, 33}, Shape{33}, Shape{40, 33}},
    {Shape{33}, Shape{40, 33}, Shape{40, 33}},
    {Shape{40, 1}, Shape{40, 33}, Shape{40, 33}},
    {Shape{40, 1}, Shape{1, 33}, Shape{40, 33}},
    {Shape{700, 2}, Shape{2}, Shape{700, 2}},
    {Shape{700, 2}, Shape{700, 1}, Shape{700, 2}},
    {Shape{1, 3}, Shape{701, 1}, Shape{701, 3}},
    {Shape{2, 1, 5, 1}, Shape{7, 1, 3}, Shape{2, 7, 5, 3}},
    {Shape{4, 3, 2, 20}, Shape{4, 1, 2, 1}, Shape{4, 3, 2, 20}},
    {Shape{40001}, Shape{}, Shape{40001}},
    {Shape{3, 20011}, Shape{3, 1}, Shape{3, 20011}},
    {Shape{20011, 3}, Shape{20011, 1}, Shape{20011, 3}},
};

template <class T>
void check_binary(Builder builder, const std::function<T(T, T)>& expected,
                  const std::function<bool(T, T)>& agree = same_value<T>) {
  for (const std::array<Shape, 3>& shapes : broadcasts) {
    const Shape& x_shape = shapes[0];
    const Shape& y_shape = shapes[1];
    const Shape& z_shape = shapes[2];
    CAPTURE(x_shape.to_string());
    CAPTURE(y_shape.to_string());
    const Graph graph;
    const Tensor x = sample<T>(x_shape, 1);
    const Tensor y = sample<T>(y_shape, 2);
    const Output z = builder(constant(graph, x), constant(graph, y), {});
    REQUIRE(z.spec() == TensorSpec{dtype_of<T>(), z_shape});
    const Tensor result = evaluate(z);
    std::size_t wrong = 0;
    std::size_t at = 0;
    const auto got = result.data<T>();
    for_each_index(z_shape, [&](auto index) {
      const T a = x.data<T>()[broadcast_index(index, x_shape)];
      const T b = y.data<T>()[broadcast_index(index, y_shape)];
      if (!agree(got[at++], expected(a, b))) ++wrong;
    });
    CHECK(wrong == 0);
    CHECK(same_for_all_splits(z, result));
  }
}

template <class T>
T nan_max(T a, T b) {
  if (a != a || b != b) return a != a ? a : b;
  return a < b ? b : a;
}

TEST_CASE_TEMPLATE("arithmetic equals a plain loop", T, float, double, std::int32_t, std::int64_t) {
  check_binary<T>(add, [](T a, T b) { return static_cast<T>(a + b); });
  check_binary<T>(sub, [](T a, T b) { return static_cast<T>(a - b); });
  check_binary<T>(mul, [](T a, T b) { return static_cast<T>(a * b); });
  check_binary<T>(maximum, [](T a, T b) { return nan_max(a, b); });
  check_binary<T>(minimum, [](T a, T b) { return b < a ? b : a; });
}

TEST_CASE_TEMPLATE("floating div and pow equal a plain loop", T, float, double) {
  check_binary<T>(div, [](T a, T b) { return a / b; });
  check_binary<T>(
      pow, [](T a, T b) { return std::pow(a, b); },
      [](T got, T wanted) { return ulps(got, wanted) <= 1; });
}

/// All pairs of special values, through the vectors and through the rest of a row.
template <class T>
void check_special(Builder builder, const std::function<T(T, T)>& expected) {
  std::vector<T> xs;
  std::vector<T> ys;
  for (const T a : special_values<T>())
    for (const T b : special_values<T>()) {
      xs.push_back(a);
      ys.push_back(b);
    }
  const auto count = static_cast<std::int64_t>(xs.size());
  const Graph graph;
  const Output z = builder(constant(graph, Tensor::from<T>({count}, xs)),
                           constant(graph, Tensor::from<T>({count}, ys)), {});
  const Tensor result = evaluate(z);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    CAPTURE(xs[i]);
    CAPTURE(ys[i]);
    CHECK(same_value(result.data<T>()[i], expected(xs[i], ys[i])));
  }
}

TEST_CASE_TEMPLATE("NaN, infinities and denormals", T, float, double) {
  check_special<T>(add, [](T a, T b) { return a + b; });
  check_special<T>(sub, [](T a, T b) { return a - b; });
  check_special<T>(mul, [](T a, T b) { return a * b; });
  check_special<T>(div, [](T a, T b) { return a / b; });
  check_special<T>(pow, [](T a, T b) { return std::pow(a, b); });
  check_special<T>(maximum, [](T a, T b) { return nan_max(a, b); });
  check_special<T>(minimum, [](T a, T b) { return -nan_max(-a, -b); });
}

template <class T>
Tensor apply(Builder builder, std::vector<T> x, std::vector<T> y) {
  const Graph graph;
  const auto count = static_cast<std::int64_t>(x.size());
  return evaluate(builder(constant(graph, Tensor::from<T>({count}, x)),
                          constant(graph, Tensor::from<T>({count}, y)), {}));
}

TEST_CASE_TEMPLATE("integers wrap", T, std::int32_t, std::int64_t) {
  constexpr T low = std::numeric_limits<T>::min();
  constexpr T high = std::numeric_limits<T>::max();
  CHECK(apply<T>(add, {high, low}, {1, -1}) == Tensor::from<T>({2}, {low, high}));
  CHECK(apply<T>(sub, {low, high}, {1, -1}) == Tensor::from<T>({2}, {high, low}));
  CHECK(apply<T>(mul, {high, low}, {2, -1}) == Tensor::from<T>({2}, {-2, low}));
  CHECK(apply<T>(div, {low, low, 7, -7}, {-1, 1, 2, 2}) == Tensor::from<T>({4}, {low, low, 3, -3}));
  CHECK(apply<T>(pow, {2, 3, -2, 0, 5, 2}, {10, 4, 3, 0, 1, 70}) ==
        Tensor::from<T>({6}, {1024, 81, -8, 1, 5, 0}));
}

TEST_CASE_TEMPLATE("integer division by 0 and negative powers fail", T, std::int32_t,
                   std::int64_t) {
  const auto divided = caught<ValueError>([] { apply<T>(div, {1, 5}, {1, 0}); });
  CHECK(divided.code() == ErrorCode::numeric);
  CHECK(divided.info().message == "an integer, 5, is divided by 0");
  const auto powered = caught<ValueError>([] { apply<T>(pow, {3}, {-2}); });
  CHECK(powered.code() == ErrorCode::numeric);
  CHECK(powered.info().message == "an integer, 3, is raised to the power -2");
}

TEST_CASE("operands that do not fit are refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const auto shapes = caught<GraphError>([&] { add(x, placeholder(graph, DType::f32, {4})); });
  CHECK(shapes.code() == ErrorCode::shape_mismatch);
  CHECK(shapes.info().message ==
        "the shapes [2, 3] and [4] do not broadcast: dimension -1 is 3 and 4");
  const auto dtypes = caught<GraphError>([&] { mul(x, placeholder(graph, DType::i32, {3})); });
  CHECK(dtypes.code() == ErrorCode::dtype_mismatch);
  CHECK(dtypes.info().message == "input 0 is f32, but input 1 is i32");
  CHECK(dtypes.info().cure == "cast one side");
  const Output flag = placeholder(graph, DType::boolean, {});
  CHECK(caught<GraphError>([&] { add(flag, flag); }).code() == ErrorCode::dtype_mismatch);
}

TEST_CASE("a mismatch behind an unknown dimension is refused when shapes are known") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown});
  const Output y = placeholder(graph, DType::f32, {3});
  const Output z = add(x, y);
  CHECK(z.shape() == Shape{3});
  CHECK(evaluate(z, {{x, sample<float>({1})}, {y, sample<float>({3})}}).shape() == Shape{3});
  CHECK_THROWS_AS(evaluate(z, {{x, sample<float>({2})}, {y, sample<float>({3})}}), Refusal);
}

}  // namespace
}  // namespace deft
