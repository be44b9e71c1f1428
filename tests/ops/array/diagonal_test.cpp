#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/ops/moved.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

const std::vector<Shape> matrices = {{1, 1}, {3, 3},    {3, 5},     {5, 3},     {2, 4, 3},
                                     {0, 3}, {2, 3, 0}, {300, 300}, {2, 20001}, {20001, 2}};

TEST_CASE_TEMPLATE("diagonals equal a plain loop", T, float, double, std::int32_t, bool) {
  for (const Shape& shape : matrices) {
    CAPTURE(shape.to_string());
    const Graph graph;
    const Tensor x = sample<T>(shape);
    const std::size_t last = shape.rank() - 1;
    const Output part = diag_part(constant(graph, x));
    const Tensor diagonal = moved<T>(x, part.shape(), [&](Index index) {
      index.push_back(index.back());
      return std::optional(index);
    });
    CHECK(part.shape().dims()[last - 1] == std::min(shape.dims()[last - 1], shape.dims()[last]));
    CHECK(evaluate(part) == diagonal);
    CHECK(same_for_all_splits(part, diagonal));
    const auto on_diagonal = [&](Index index) -> std::optional<Index> {
      if (index[last] != index[last - 1]) return std::nullopt;
      index.pop_back();
      return index;
    };
    const Output like = diag_like(part, zeros(graph, DType::f32, shape));
    const Tensor around = moved<T>(diagonal, shape, on_diagonal);
    CHECK(evaluate(like) == around);
    CHECK(same_for_all_splits(like, around));
    const Output square = diag(part);
    const Tensor expected = moved<T>(diagonal, square.shape(), on_diagonal);
    CHECK(evaluate(square) == expected);
    CHECK(same_for_all_splits(square, expected));
  }
}

TEST_CASE_TEMPLATE("triangles equal a plain loop", T, float, double, bool) {
  for (const Shape& shape : matrices)
    for (const std::int64_t k : {0, 1, -1, 2, -4, 19000}) {
      CAPTURE(shape.to_string());
      CAPTURE(k);
      const Graph graph;
      const Tensor x = sample<T>(shape);
      const std::size_t last = shape.rank() - 1;
      const auto expected = [&](auto keeps) {
        return moved<T>(x, shape, [&](const Index& index) {
          return keeps(index[last] - index[last - 1]) ? std::optional(index) : std::nullopt;
        });
      };
      const Output lower = tril(constant(graph, x), k);
      const Tensor below = expected([k](std::int64_t diagonal) { return diagonal <= k; });
      CHECK(evaluate(lower) == below);
      CHECK(same_for_all_splits(lower, below));
      const Output upper = triu(constant(graph, x), k);
      const Tensor above = expected([k](std::int64_t diagonal) { return diagonal >= k; });
      CHECK(evaluate(upper) == above);
      CHECK(same_for_all_splits(upper, above));
    }
}

TEST_CASE("diagonals of any number") {
  const Graph graph;
  const Tensor value{{1, 2}, {3, 4}};
  const Output x = constant(graph, value);
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  CHECK(evaluate(tril(x, highest)) == value);
  CHECK(evaluate(triu(x, lowest)) == value);
  CHECK(evaluate(tril(x, lowest)) == Tensor{{0, 0}, {0, 0}});
  CHECK(evaluate(triu(x, highest)) == Tensor{{0, 0}, {0, 0}});
}

TEST_CASE("NaN in what a triangle drops reaches no gradient") {
  const Graph graph;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Output x = constant(graph, Tensor{{1.0, nan}, {2.0, 3.0}});
  const Output loss = reduce_sum(square(tril(x)));
  CHECK(evaluate(loss).item<double>() == 14);
  CHECK(evaluate(gradient(loss, x)) == Tensor{{2.0, 0.0}, {4.0, 6.0}});
}

TEST_CASE("unit matrices") {
  const Graph graph;
  CHECK(evaluate(eye(graph, DType::i32, 2)) == Tensor{{1, 0}, {0, 1}});
  CHECK(evaluate(eye(graph, DType::f32, 2, 3)) == Tensor{{1.0F, 0.0F, 0.0F}, {0.0F, 1.0F, 0.0F}});
  CHECK(evaluate(eye(graph, DType::boolean, 2, 1)) == Tensor{{true}, {false}});
  CHECK(eye(graph, DType::f64, 0, 3).shape() == Shape{0, 3});
  const Output open = placeholder(graph, DType::f64, {unknown, unknown});
  const Tensor fed = Tensor::zeros(DType::f64, {2, 1});
  CHECK(evaluate(eye_like(open), {{open, fed}}) == Tensor{{1.0}, {0.0}});
  CHECK(eye(graph, DType::f32, 2, {.name = "unit"}).name() == "unit");
  CHECK(evaluate(eye(graph, DType::i32, 2, 3, 1)) == Tensor{{0, 1, 0}, {0, 0, 1}});
  CHECK(evaluate(eye(graph, DType::boolean, 2, 2, -1)) == Tensor{{false, false}, {true, false}});
  CHECK(evaluate(eye(graph, DType::f64, 1, 2, 2)) == Tensor{{0.0, 0.0}});
  CHECK(evaluate(eye_like(open, -1, {.name = "below"}), {{open, fed}}) == Tensor{{0.0}, {1.0}});
}

TEST_CASE("what is known of diagonals before the run") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, unknown, 3});
  CHECK(diag_part(x).shape() == Shape{2, unknown});
  CHECK(diag(x).shape() == Shape{2, unknown, 3, 3});
  CHECK(tril(x).shape() == x.shape());
  const Output part = placeholder(graph, DType::i32, {2, 2});
  const Output y = diag_like(part, x);
  CHECK(y.spec() == TensorSpec{DType::i32, {2, unknown, 3}});
  CHECK_FALSE(y.node().op->needs_value(1));
  CHECK_THROWS_AS(
      evaluate(y, {{part, Tensor{{1, 2}, {3, 4}}}, {x, Tensor::zeros(DType::f32, {2, 3, 3})}}),
      Refusal);
}

TEST_CASE("what is no matrix is refused") {
  const Graph graph;
  const Output v = placeholder(graph, DType::f32, {3});
  const auto message = [](auto f) { return caught<GraphError>(f).info().message; };
  CHECK(message([&] { diag_part(v); }) ==
        "the rank of [3] is 1, but a matrix has 2 dimensions at least");
  CHECK(message([&] { tril(v); }) ==
        "the rank of [3] is 1, but a matrix has 2 dimensions at least");
  CHECK(message([&] { diag(placeholder(graph, DType::f32, {})); }) ==
        "the rank of [] is 0, but a diagonal has 1 dimensions at least");
  CHECK(message([&] {
          diag(placeholder(graph, DType::f32, {1, 1, 1, 1, 1, 1, 1, 1}));
        }) == "the rank is 8 already, and no rank is higher");
  CHECK(message([&] {
          diag_like(v, placeholder(graph, DType::f32, {2, 5}));
        }) == "x has the shape [3], but the diagonals of [2, 5] have [2]");
  const int line = __LINE__ + 1;
  const auto negative = caught<ValueError>([&] { eye(graph, DType::f32, -7, 2); });
  CHECK(negative.info().where.line == line);
  CHECK(caught<GraphError>([] { diag(Output{}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
