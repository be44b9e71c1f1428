#include <cstdint>
#include <limits>
#include <type_traits>
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

/// x around an axis, and what the indices make of it.
struct Case {
  Shape x;
  std::int64_t axis;
  Shape indices;

  std::size_t axis_from_front() const {
    return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(x.rank()) : axis);
  }
};

/// Rows of one element, of some bytes, over several blocks, and longer than a block; indices of
/// every rank.
const std::vector<Case> cases = {
    {{5}, 0, {7}},           {{5}, 0, {}},          {{5, 3}, 0, {4}},     {{5, 3}, 1, {4}},
    {{5, 3}, -1, {2, 2}},    {{4, 5, 6}, 1, {3}},   {{4, 5, 6}, -3, {}},  {{3, 70, 2}, 1, {2, 50}},
    {{9, 4000}, 0, {31}},    {{7}, 0, {40000}},     {{3, 40001}, 0, {4}}, {{40, 3}, 1, {5000}},
    {{200, 33}, 0, {30, 9}}, {{2, 2, 9000}, 1, {5}}};

/// For each element of the result: where it is in x, and in the result.
template <class Visit>
void for_each_taken(const Case& of, const Tensor& indices, const Visit& visit) {
  const std::size_t axis = of.axis_from_front();
  std::int64_t outer = 1;
  std::int64_t inner = 1;
  for (std::size_t i = 0; i < of.x.rank(); ++i) (i < axis ? outer : inner) *= of.x.dims()[i];
  const std::int64_t size = of.x.dims()[axis];
  inner /= size;
  const std::vector<std::int64_t> named = indices.to<std::int64_t>();
  std::size_t at = 0;
  for (std::int64_t o = 0; o < outer; ++o)
    for (const std::int64_t index : named)
      for (std::int64_t i = 0; i < inner; ++i)
        visit(static_cast<std::size_t>((o * size + index) * inner + i), at++);
}

template <class T, class I>
void check_gather(const Case& of) {
  CAPTURE(of.x.to_string());
  CAPTURE(of.axis);
  CAPTURE(of.indices.to_string());
  const Graph graph;
  const Tensor x = sample<T>(of.x);
  const Tensor indices = sample_indices<I>(of.indices, of.x[of.axis_from_front()]);
  const Output y = gather(constant(graph, x), constant(graph, indices), {.axis = of.axis});
  Tensor expected = Tensor::zeros(x.dtype(), y.shape());
  const auto to = expected.template mutable_data<T>();
  for_each_taken(of, indices,
                 [&](std::size_t from, std::size_t at) { to[at] = x.data<T>()[from]; });
  CHECK(evaluate(y) == expected);
  CHECK(same_for_all_splits(y, expected));
}

template <class T, class I>
void check_scatter_add(const Case& of) {
  CAPTURE(of.x.to_string());
  CAPTURE(of.axis);
  CAPTURE(of.indices.to_string());
  const Graph graph;
  const Tensor x = sample<T>(of.x, 3);  // multiples of 1/3: sums round
  const Tensor indices = sample_indices<I>(of.indices, of.x[of.axis_from_front()]);
  const Output target = constant(graph, x);
  const Output where = constant(graph, indices);
  const Shape taken = gather(target, where, {.axis = of.axis}).shape();
  const Tensor updates = sample<T>(taken, 6);
  const Output y = scatter_add(target, where, constant(graph, updates), {.axis = of.axis});
  CHECK(y.shape() == of.x);
  Tensor expected = x;
  const auto to = expected.template mutable_data<T>();
  for_each_taken(of, indices, [&](std::size_t from, std::size_t at) {
    to[from] = static_cast<T>(to[from] + updates.data<T>()[at]);
  });
  CHECK(same_bytes(evaluate(y), expected));
  CHECK(same_for_all_splits(y, expected));
}

TEST_CASE_TEMPLATE("gather takes the named parts along any axis", T, float, double, std::int32_t,
                   std::int64_t, bool) {
  for (const Case& of : cases) {
    check_gather<T, std::int32_t>(of);
    check_gather<T, std::int64_t>(of);
  }
}

TEST_CASE_TEMPLATE("scatter_add adds in the order of the updates along any axis", T, float, double,
                   std::int32_t, std::int64_t) {
  for (const Case& of : cases) {
    check_scatter_add<T, std::int32_t>(of);
    check_scatter_add<T, std::int64_t>(of);
  }
}

TEST_CASE("rows of a table") {
  const Graph graph;
  const Output table = constant(graph, Tensor{{1.0F, 2.0F}, {3.0F, 4.0F}, {5.0F, 6.0F}});
  const Output rows = constant(graph, Tensor{2, 0, 2});
  CHECK(evaluate(gather(table, rows)) == Tensor{{5.0F, 6.0F}, {1.0F, 2.0F}, {5.0F, 6.0F}});
  const Output updates = constant(graph, Tensor{{1.0F, 1.0F}, {10.0F, 10.0F}, {100.0F, 100.0F}});
  CHECK(evaluate(scatter_add(table, rows, updates)) ==
        Tensor{{11.0F, 12.0F}, {3.0F, 4.0F}, {106.0F, 107.0F}});
  CHECK(evaluate(gradient(reduce_sum(gather(table, rows)), table)) ==
        Tensor{{1.0F, 1.0F}, {0.0F, 0.0F}, {2.0F, 2.0F}});
}

TEST_CASE("elements keep their bits, and integer sums wrap") {
  const Graph graph;
  const std::int64_t odd = (std::int64_t{1} << 53) + 1;
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Output large = constant(graph, Tensor{odd, most});
  const Output swapped = constant(graph, Tensor{1, 0});
  CHECK(evaluate(gather(large, swapped)) == Tensor{most, odd});
  const Output one = constant(graph, Tensor{1L, 1L});
  CHECK(evaluate(scatter_add(large, swapped, one)) ==
        Tensor{odd + 1, std::numeric_limits<std::int64_t>::min()});
}

TEST_CASE("updates are added in f32, one after the other") {
  const Graph graph;
  const Output zero = constant(graph, Tensor{0.0F});
  const Output indices = constant(graph, Tensor{0, 0, 0});
  const Output updates = constant(graph, Tensor{1e8F, 1.0F, -1e8F});
  CHECK(evaluate(scatter_add(zero, indices, updates)).item<float>() == 0);
}

TEST_CASE("without indices or without elements") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({4, 3}));
  const Output none = constant(graph, Tensor::zeros(DType::i64, {0}));
  CHECK(evaluate(gather(x, none)).shape() == Shape{0, 3});
  CHECK(evaluate(scatter_add(x, none, zeros(graph, DType::f32, {0, 3}))) == sample<float>({4, 3}));
  const Output empty = constant(graph, sample<float>({0, 3}));
  CHECK(evaluate(gather(empty, none)).shape() == Shape{0, 3});
  const Output zero = constant(graph, Tensor{0});
  CHECK(caught<ValueError>([&] { evaluate(gather(empty, zero)); }).info().message ==
        "the index 0 at [0] is outside [0, 0)");
  const Output narrow = constant(graph, sample<float>({4, 0}));
  CHECK(evaluate(gather(narrow, zero)).shape() == Shape{1, 0});
  CHECK_THROWS_AS(evaluate(gather(narrow, constant(graph, Tensor{4}))), ValueError);
  CHECK_THROWS_AS(evaluate(gather(empty, constant(graph, Tensor{3}), {.axis = 1})), ValueError);
  CHECK_THROWS_AS(evaluate(scatter_add(empty, zero, zeros(graph, DType::f32, {1, 3}))), ValueError);
}

TEST_CASE_TEMPLATE("the first index out of range is named whichever block meets one", I,
                   std::int32_t, std::int64_t) {
  const Graph graph;
  const Output x = constant(graph, sample<float>({7}));
  Tensor indices = Tensor::zeros(dtype_of<I>(), {100, 1000});
  indices.mutable_data<I>()[2003] = -1;
  indices.mutable_data<I>()[99999] = 7;
  const Output bad = constant(graph, indices);
  const Output taken = gather(x, bad);
  const Output added = scatter_add(x, bad, zeros(graph, DType::f32, {100, 1000}));
  for (const Output& y : {taken, added})
    for (const bool backwards : {false, true}) {
      const auto error = caught<ValueError>(
          [&] { evaluate(y, {}, {.blocks_at_a_time = 1, .backwards = backwards}); });
      CHECK(error.code() == ErrorCode::numeric);
      CHECK(error.info().message == "the index -1 at [2, 3] is outside [0, 7)");
      CHECK(error.info().cure ==
            "indices count from 0 to the size less 1; none counts from the end");
    }
}

TEST_CASE("i64 indices are not narrowed") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({2}));
  for (const std::int64_t index : {std::int64_t{1} << 32, std::numeric_limits<std::int64_t>::min()})
    CHECK_THROWS_AS(evaluate(gather(x, constant(graph, Tensor{index}))), ValueError);
}

TEST_CASE("unknown dimensions") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 3});
  const Output indices = placeholder(graph, DType::i32, {unknown});
  CHECK(gather(x, indices).shape() == Shape{unknown, 3});
  CHECK(gather(x, indices, {.axis = 1}).shape() == Shape{unknown, unknown});
  const Output updates = placeholder(graph, DType::f32, {unknown, 3});
  const Output y = scatter_add(x, indices, updates);
  CHECK(y.shape() == Shape{unknown, 3});
  const Tensor value = sample<float>({2, 3});
  CHECK_THROWS_AS(evaluate(y, {{x, value}, {indices, Tensor{0, 1, 1}}, {updates, value}}), Refusal);
}

TEST_CASE("operands of gather and scatter_add are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {4, 3});
  const Output indices = placeholder(graph, DType::i64, {2});
  const auto dtype = caught<GraphError>([&] { gather(x, x); });
  CHECK(dtype.code() == ErrorCode::dtype_mismatch);
  CHECK(dtype.info().message == "the indices are f32, but must be i32 or i64");
  const auto axis = caught<GraphError>([&] { gather(x, indices, {.axis = 2}); });
  CHECK(axis.info().message == "axis 2 is outside the rank 2");
  const Output scalar = placeholder(graph, DType::f32, {});
  CHECK(caught<GraphError>([&] { gather(scalar, indices); }).info().cure == "a scalar has no axes");
  const Output deep = placeholder(graph, DType::i64, {1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(caught<GraphError>([&] { gather(x, deep); }).info().message ==
        "indices of rank 8 into x of rank 2 give the rank 9, and none is over 8");
  const auto shape = caught<GraphError>([&] {
    scatter_add(x, indices, zeros(graph, DType::f32, {3, 3}));
  });
  CHECK(shape.code() == ErrorCode::shape_mismatch);
  CHECK(shape.info().message ==
        "the updates have the shape [3, 3], but what the indices name has [2, 3]");
  CHECK(caught<GraphError>([&] {
          scatter_add(x, indices, zeros(graph, DType::f64, {2, 3}));
        })
            .info()
            .message == "x is f32, but the updates are f64");
  const Output flags = placeholder(graph, DType::boolean, {4});
  CHECK(caught<GraphError>([&] { scatter_add(flags, indices, gather(flags, indices)); })
            .info()
            .message == "x is bool, of which there are no sums");
}

}  // namespace
}  // namespace deft
