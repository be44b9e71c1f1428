#include <bit>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/movement.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

struct Case {
  Shape rest;  // with any dimension for that of the axis
  std::size_t axis;
  std::vector<std::int64_t> sizes;
};

const std::vector<Case> cases = {
    {{0}, 0, {3}},
    {{0}, 0, {2, 0, 5, 1}},
    {{0, 3}, 0, {2, 4}},
    {{3, 0}, 1, {1, 1}},
    {{700, 0}, 1, {1, 3, 2, 40}},
    {{3, 0}, 1, {20000, 1, 17000}},
    {{0, 3}, 0, {20001, 2, 9}},
    {{2, 0, 5}, 1, {3, 0, 4}},
    {{40, 0, 500}, 1, {1, 50}},
    {{2, 3, 0}, 2, {4, 2}},
    {{0, 0}, 1, {2, 3}},
    {{4, 0}, 1, {0, 0}},
};

Shape with(const Shape& shape, std::size_t axis, std::int64_t dim) {
  std::vector<std::int64_t> dims(shape.dims().begin(), shape.dims().end());
  dims[axis] = dim;
  return Shape(dims);
}

/// The parts one after the other, element by element.
template <Element T>
Tensor joined(const std::vector<Tensor>& parts, std::size_t axis, const Shape& shape) {
  Tensor result = Tensor::zeros(dtype_of<T>(), shape);
  std::size_t at = 0;
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    std::vector<std::int64_t> within(index.begin(), index.end());
    std::size_t part = 0;
    while (within[axis] >= parts[part].shape().dims()[axis])
      within[axis] -= parts[part++].shape().dims()[axis];
    result.mutable_data<T>()[at++] =
        parts[part].template data<T>()[broadcast_index(within, parts[part].shape())];
  });
  return result;
}

TEST_CASE_TEMPLATE("concat and split equal a plain loop", T, float, double, std::int32_t,
                   std::int64_t, bool) {
  for (const Case& c : cases) {
    CAPTURE(c.rest.to_string());
    CAPTURE(c.axis);
    const Graph graph;
    std::vector<Tensor> values;
    std::vector<Output> parts;
    std::int64_t sum = 0;
    for (const std::int64_t size : c.sizes) {
      values.push_back(sample<T>(with(c.rest, c.axis, size), static_cast<std::uint32_t>(size) + 1));
      parts.push_back(constant(graph, values.back()));
      sum += size;
    }
    const Shape shape = with(c.rest, c.axis, sum);
    const Tensor whole = joined<T>(values, c.axis, shape);
    const auto axis = static_cast<std::int64_t>(c.axis);
    const Output y = concat(parts, axis);
    CHECK(y.spec() == whole.spec());
    CHECK(evaluate(y) == whole);
    CHECK(same_for_all_splits(y, whole));
    CHECK(evaluate(concat(parts, axis - static_cast<std::int64_t>(shape.rank()))) == whole);
    const std::vector<Output> cut = split(constant(graph, whole), c.sizes, axis);
    const std::vector<Output> like = split_like(constant(graph, whole), parts, axis);
    for (std::size_t i = 0; i < values.size(); ++i) {
      CHECK(cut[i].spec() == values[i].spec());
      CHECK(evaluate(cut[i]) == values[i]);
      CHECK(same_for_all_splits(cut[i], values[i]));
      CHECK(evaluate(like[i]) == values[i]);
    }
  }
}

TEST_CASE("NaN payloads and integers beyond 2^53 are moved as they are") {
  const Graph graph;
  const Tensor large = Tensor::from<std::int64_t>({2}, {(1LL << 53) + 1, INT64_MIN});
  const Output y = concat({constant(graph, large), constant(graph, large)}, 0);
  CHECK(evaluate(y) ==
        Tensor::from<std::int64_t>({4}, {(1LL << 53) + 1, INT64_MIN, (1LL << 53) + 1, INT64_MIN}));
  const Tensor nan = Tensor{std::bit_cast<float>(0x7fc12345U)};
  const Tensor other = Tensor{std::bit_cast<float>(0xff812345U)};
  CHECK(same_bytes(evaluate(concat({constant(graph, nan), constant(graph, other)}, 0)),
                   Tensor{nan.item<float>(), other.item<float>()}));
}

TEST_CASE("a concat learns dimensions from all of its inputs") {
  const Graph graph;
  const Output a = placeholder(graph, DType::f32, {unknown, 2, unknown});
  const Output b = placeholder(graph, DType::f32, {3, unknown, unknown});
  CHECK(concat({a, b}, 1).shape() == Shape{3, unknown, unknown});
  CHECK(concat({a, b}, 0).shape() == Shape{unknown, 2, unknown});
  CHECK(concat({b, b}, 0).shape() == Shape{6, unknown, unknown});
  const Tensor x = sample<float>({3, 2, 4}, 1);
  const Tensor y = sample<float>({3, 5, 4}, 2);
  CHECK(evaluate(concat({a, b}, 1), {{a, x}, {b, y}}) == joined<float>({x, y}, 1, {3, 7, 4}));
  CHECK_THROWS_AS(evaluate(concat({a, b}, 0), {{a, x}, {b, y}}), Refusal);
}

TEST_CASE("an only input is forwarded") {
  const TensorSpec spec{DType::f32, {2, 3}};
  const Graph graph;
  const Output y = concat({placeholder(graph, spec.dtype, spec.shape)}, 1);
  CHECK(y.node().op->kernel({{&spec, 1}, {&spec, 1}, *y.node().attributes}).forwards);
}

TEST_CASE("stack makes a new dimension anywhere, and unstack takes it away") {
  const Graph graph;
  const Output a = constant(graph, Tensor::from<std::int32_t>({3}, {1, 2, 3}));
  const Output b = constant(graph, Tensor::from<std::int32_t>({3}, {4, 5, 6}));
  CHECK(evaluate(stack({a, b})) == Tensor{{1, 2, 3}, {4, 5, 6}});
  CHECK(evaluate(stack({a, b}, 1)) == Tensor{{1, 4}, {2, 5}, {3, 6}});
  CHECK(evaluate(stack({a, b}, -1)) == Tensor{{1, 4}, {2, 5}, {3, 6}});
  CHECK(evaluate(stack({a, b}, -2)) == Tensor{{1, 2, 3}, {4, 5, 6}});
  const Output one = constant(graph, Tensor::scalar<std::int32_t>(7));
  CHECK(evaluate(stack({one, one})) == Tensor{7, 7});
  const std::vector<Output> columns = unstack(stack({a, b}, 1), -1);
  REQUIRE(columns.size() == 2);
  CHECK(evaluate(columns[0]) == Tensor{1, 2, 3});
  CHECK(evaluate(columns[1]) == Tensor{4, 5, 6});
  CHECK(unstack(zeros(graph, DType::f32, {2, 0}), 1).empty());
  CHECK(stack({a, b}, 1, {.name = "both"}).name() == "both");
}

TEST_CASE("shapes and dtypes that do not fit are refused") {
  const Graph graph;
  const Output a = placeholder(graph, DType::f32, {2, 3});
  const Output b = placeholder(graph, DType::f32, {3, 3});
  const auto shape = caught<GraphError>([&] { concat({a, a, b}, 1); });
  CHECK(shape.code() == ErrorCode::shape_mismatch);
  CHECK(shape.info().message ==
        "input 2 has the shape [3, 3], which does not fit [2, ?] of those before it");
  CHECK(caught<GraphError>([&] {
          concat({a, placeholder(graph, DType::f32, {2})}, 0);
        })
            .info()
            .message == "input 1 has the shape [2], which does not fit [?, 3] of those before it");
  CHECK(caught<GraphError>([&] {
          concat({a, placeholder(graph, DType::f64, {2, 3})}, 0);
        }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([&] {
          concat({a, a}, 2);
        })
            .info()
            .message == "axis 2 is outside the rank 2");
  const Output scalar = placeholder(graph, DType::f32, {});
  CHECK_THROWS_AS(concat({scalar, scalar}, 0), GraphError);
  CHECK(caught<GraphError>([&] { concat({}, 0, {.name = "c"}); }).info().message ==
        "takes at least 1 input, but none is given");
  CHECK(caught<GraphError>([&] { stack({}); }).info().op == "stack");
  CHECK_THROWS_AS(stack({a, b}), GraphError);
  const Output wide = placeholder(graph, DType::boolean, {1LL << 62});
  CHECK(caught<GraphError>([&] { concat({wide, wide}, 0); }).code() == ErrorCode::overflow);
  CHECK(caught<GraphError>([&] { concat({a, Output{}}, 0); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
