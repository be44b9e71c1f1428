#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

struct Case {
  Shape x;
  Shape indices;
  std::size_t axis;
};

/// Along first, middle and last dimensions, one element of each line and many, with broadcasting of
/// either side, over several blocks.
const std::vector<Case> cases = {
    {{5}, {9}, 0},
    {{3, 4}, {3, 2}, 1},
    {{3, 4}, {5, 4}, 0},
    {{2, 5, 3}, {2, 4, 3}, 1},
    {{2, 5, 3}, {1, 4, 3}, 1},
    {{1, 5, 3}, {2, 4, 1}, 1},
    {{4, 1, 3}, {2, 6, 1}, 0},
    {{3000, 10}, {3000, 1}, 1},
    {{10, 3000}, {1, 3000}, 0},
    {{100, 300}, {100, 300}, 1},
    {{300, 100}, {300, 100}, 0},
    {{40000}, {40000}, 0},
    {{1, 50}, {700, 60}, 1},
    {{20, 30, 40}, {20, 30, 40}, 1},
};

/// For each element of `taken`: where it is in x, and in itself.
template <class Visit>
void for_each_taken(const Case& of, const Shape& taken, const Tensor& indices, const Visit& visit) {
  const std::vector<std::int64_t> named = indices.to<std::int64_t>();
  std::size_t at = 0;
  for_each_index(taken, [&](std::span<const std::int64_t> index) {
    std::vector<std::int64_t> from(index.begin(), index.end());
    from[of.axis] = named[broadcast_index(index, indices.shape())];
    for (std::size_t i = 0; i < from.size(); ++i)
      if (i != of.axis && of.x.dims()[i] == 1) from[i] = 0;
    std::int64_t flat = 0;
    for (std::size_t i = 0; i < from.size(); ++i) flat = flat * of.x.dims()[i] + from[i];
    visit(static_cast<std::size_t>(flat), at++);
  });
}

template <class T, class I>
void check(const Case& of) {
  CAPTURE(of.x.to_string());
  CAPTURE(of.indices.to_string());
  CAPTURE(of.axis);
  const Graph graph;
  const Tensor x = sample<T>(of.x, 3);
  const Tensor indices = sample_indices<I>(of.indices, of.x[of.axis]);
  const Output where = constant(graph, indices);
  const Output y = take_along_axis(constant(graph, x), where, static_cast<std::int64_t>(of.axis));
  Tensor taken = Tensor::zeros(x.dtype(), y.shape());
  const auto to = taken.template mutable_data<T>();
  for_each_taken(of, y.shape(), indices,
                 [&](std::size_t from, std::size_t at) { to[at] = x.data<T>()[from]; });
  CHECK(evaluate(y) == taken);
  CHECK(same_for_all_splits(y, taken));
  if constexpr (!std::is_same_v<T, bool>) {
    const Tensor updates = sample<T>(y.shape(), 6);
    const Output z = add_along_axis(constant(graph, x), where, constant(graph, updates),
                                    static_cast<std::int64_t>(of.axis));
    CHECK(z.shape() == of.x);
    Tensor added = x;
    const auto sums = added.template mutable_data<T>();
    for_each_taken(of, y.shape(), indices, [&](std::size_t from, std::size_t at) {
      sums[from] = static_cast<T>(sums[from] + updates.data<T>()[at]);
    });
    CHECK(same_bytes(evaluate(z), added));
    CHECK(same_for_all_splits(z, added));
  }
}

TEST_CASE_TEMPLATE("elements along an axis are taken, and added back in order", T, float, double,
                   std::int32_t, std::int64_t, bool) {
  for (const Case& of : cases) {
    check<T, std::int32_t>(of);
    check<T, std::int64_t>(of);
  }
}

TEST_CASE("one element of each row") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{10.0F, 30.0F, 20.0F}, {60.0F, 40.0F, 50.0F}});
  const Output labels = constant(graph, Tensor{{1}, {2}});
  CHECK(evaluate(take_along_axis(x, labels, -1)) == Tensor{{30.0F}, {50.0F}});
  CHECK(evaluate(gradient(reduce_sum(take_along_axis(x, labels, 1)), x)) ==
        Tensor{{0.0F, 1.0F, 0.0F}, {0.0F, 0.0F, 1.0F}});
}

TEST_CASE("without elements") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({2, 3}));
  const Output none = constant(graph, Tensor::zeros(DType::i32, {2, 0}));
  CHECK(evaluate(take_along_axis(x, none, 1)).shape() == Shape{2, 0});
  CHECK(evaluate(add_along_axis(x, none, zeros(graph, DType::f32, {2, 0}), 1)) ==
        sample<float>({2, 3}));
  const Output empty = constant(graph, sample<float>({2, 0}));
  const Output first = constant(graph, Tensor{{0}, {0}});
  CHECK(caught<ValueError>([&] { evaluate(take_along_axis(empty, first, 1)); }).info().message ==
        "the index 0 at [0, 0] is outside [0, 0)");
  CHECK_THROWS_AS(evaluate(add_along_axis(empty, first, zeros(graph, DType::f32, {2, 1}), 1)),
                  ValueError);
  const Output flat = constant(graph, sample<float>({0, 2}));
  const Output row = constant(graph, Tensor{{1, 0, 1}});
  CHECK(evaluate(take_along_axis(flat, row, 1)).shape() == Shape{0, 3});
  CHECK(evaluate(add_along_axis(flat, row, zeros(graph, DType::f32, {0, 3}), 1)).shape() ==
        Shape{0, 2});
}

TEST_CASE("the first index out of range along an axis is named") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({300, 200}));
  Tensor indices = Tensor::zeros(DType::i64, {300, 200});
  indices.mutable_data<std::int64_t>()[407] = -2;
  indices.mutable_data<std::int64_t>()[59999] = 200;
  const Output bad = constant(graph, indices);
  const Output added = add_along_axis(x, bad, x, 1);
  for (const Output& y : {take_along_axis(x, bad, 1), added}) {
    const auto error =
        caught<ValueError>([&] { evaluate(y, {}, {.blocks_at_a_time = 1, .backwards = true}); });
    CHECK(error.code() == ErrorCode::numeric);
    CHECK(error.info().message == "the index -2 at [2, 7] is outside [0, 200)");
  }
}

TEST_CASE("operands along an axis are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const auto rank =
      caught<GraphError>([&] { take_along_axis(x, placeholder(graph, DType::i64, {2}), 1); });
  CHECK(rank.code() == ErrorCode::shape_mismatch);
  CHECK(rank.info().message == "x has the rank 2, the indices [2] the rank 1");
  const auto dims = caught<GraphError>([&] {
    take_along_axis(x, placeholder(graph, DType::i64, {4, 1}), 1);
  });
  CHECK(dims.info().message ==
        "but for the axis of x, the shapes [2, 1] and [4, 1] do not broadcast: dimension -2 is 2 "
        "and 4");
  CHECK(caught<GraphError>([&] { take_along_axis(x, x, 1); }).code() == ErrorCode::dtype_mismatch);
  const Output scalar = placeholder(graph, DType::f32, {});
  const Output index = placeholder(graph, DType::i32, {});
  CHECK(caught<GraphError>([&] { take_along_axis(scalar, index, 0); }).info().message ==
        "axis 0 is outside the rank 0");
  const Output open = placeholder(graph, DType::f32, {unknown, 3});
  const Output pair = placeholder(graph, DType::i64, {unknown, 2});
  CHECK(take_along_axis(open, pair, 1).shape() == Shape{unknown, 2});
  CHECK(caught<GraphError>([&] { add_along_axis(open, pair, x, 1); }).info().message ==
        "the updates have the shape [2, 3], but what the indices name has [?, 2]");
}

}  // namespace
}  // namespace deft
