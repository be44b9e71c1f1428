#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "ops/indexing/combined.hpp"
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

/// As many indices as elements, fewer along one dimension and along all, more along the axis, a
/// dimension of 1 that is not repeated, over several blocks.
const std::vector<Case> cases = {
    {{5}, {9}, 0},
    {{3, 4}, {3, 2}, 1},
    {{3, 4}, {2, 3}, 1},
    {{3, 4}, {7, 1}, 0},
    {{2, 5, 3}, {1, 4, 3}, 1},
    {{2, 5, 3}, {2, 9, 1}, 1},
    {{4, 3, 3}, {2, 2, 2}, 2},
    {{3000, 10}, {2999, 4}, 1},
    {{100, 300}, {100, 200}, 1},
    {{300, 100}, {400, 99}, 0},
    {{20, 30, 40}, {20, 20, 40}, 1},
    {{40000}, {50000}, 0},
};

/// For each of the indices, in order: where its element is in x.
std::vector<std::size_t> named(const Case& of, const Tensor& indices) {
  const std::vector<std::int64_t> along = indices.to<std::int64_t>();
  std::vector<std::size_t> places;
  for_each_index(of.indices, [&](std::span<const std::int64_t> index) {
    std::int64_t flat = 0;
    for (std::size_t i = 0; i < index.size(); ++i)
      flat = flat * of.x.dims()[i] + (i == of.axis ? along[places.size()] : index[i]);
    places.push_back(static_cast<std::size_t>(flat));
  });
  return places;
}

template <class T, class I>
void check(const Case& of) {
  CAPTURE(of.x.to_string());
  CAPTURE(of.indices.to_string());
  CAPTURE(of.axis);
  const Graph graph;
  const auto axis = static_cast<std::int64_t>(of.axis);
  const Tensor x = sample<T>(of.x, 3);
  const Tensor indices = sample_indices<I>(of.indices, of.x[of.axis]);
  const std::vector<std::size_t> places = named(of, indices);
  const Output where = constant(graph, indices);
  const Output y = gather_elements(constant(graph, x), where, axis);
  Tensor taken = Tensor::zeros(x.dtype(), of.indices);
  for (std::size_t i = 0; i < places.size(); ++i)
    taken.mutable_data<T>()[i] = x.data<T>()[places[i]];
  CHECK(evaluate(y) == taken);
  CHECK(same_for_all_splits(y, taken));
  const Tensor updates = sample<T>(of.indices, 6);
  for (const ScatterReduction reduction : reductions_of<T>()) {
    CAPTURE(static_cast<int>(reduction));
    const Output z =
        scatter_elements(constant(graph, x), where, constant(graph, updates), axis, reduction);
    const Tensor expected = combined<T>(x, places, updates, reduction);
    CHECK(same_bytes(evaluate(z), expected));
    CHECK(same_for_all_splits(z, expected));
  }
}

TEST_CASE_TEMPLATE("elements are taken, and updates combined in order", T, float, double,
                   std::int32_t, std::int64_t, bool, std::uint8_t) {
  for (const Case& of : cases) {
    check<T, std::int32_t>(of);
    check<T, std::int64_t>(of);
  }
}

TEST_CASE("update_along_axis is put_along_axis of NumPy") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{10.0F, 30.0F, 20.0F}, {60.0F, 40.0F, 50.0F}});
  const Output largest = constant(graph, Tensor{{1}, {0}});
  const Output none = zeros(graph, DType::f32, {2, 1});
  CHECK(evaluate(update_along_axis(x, largest, none, 1)) ==
        Tensor{{10.0F, 0.0F, 20.0F}, {0.0F, 40.0F, 50.0F}});
}

TEST_CASE("extremes hand on NaN, and integers wrap") {
  const Graph graph;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Output x = constant(graph, Tensor{1.0, nan, 3.0});
  const Output where = constant(graph, Tensor{0, 0, 1, 2, 2});
  const Output updates = constant(graph, Tensor{nan, 5.0, 7.0, 2.0, 4.0});
  for (const auto reduction : {ScatterReduction::maximum, ScatterReduction::minimum}) {
    const Tensor y = evaluate(scatter_elements(x, where, updates, 0, reduction));
    CHECK(std::isnan(y.data<double>()[0]));
    CHECK(std::isnan(y.data<double>()[1]));
    CHECK(y.data<double>()[2] == (reduction == ScatterReduction::maximum ? 4 : 2));
  }
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  const Output integers = constant(graph, Tensor{large, std::int64_t{1} << 62});
  const Output both = constant(graph, Tensor{0, 1});
  CHECK(evaluate(scatter_elements(integers, both, constant(graph, Tensor{3L, 4L}), 0,
                                  ScatterReduction::multiply)) == Tensor{3 * large, 0L});
}

TEST_CASE("without elements") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({2, 3}));
  const Output none = constant(graph, Tensor::zeros(DType::i32, {2, 0}));
  CHECK(evaluate(gather_elements(x, none, 1)).shape() == Shape{2, 0});
  CHECK(evaluate(update_along_axis(x, none, zeros(graph, DType::f32, {2, 0}), 1)) ==
        sample<float>({2, 3}));
  const Output empty = constant(graph, sample<float>({2, 0}));
  const Output first = constant(graph, Tensor{{0}, {0}});
  CHECK(caught<ValueError>([&] { evaluate(gather_elements(empty, first, 1)); }).info().message ==
        "the index 0 at [0, 0] is outside [0, 0)");
  CHECK_THROWS_AS(evaluate(update_along_axis(empty, first, zeros(graph, DType::f32, {2, 1}), 1)),
                  ValueError);
}

TEST_CASE("the first index out of range is named") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({300, 200}));
  Tensor indices = Tensor::zeros(DType::i64, {300, 100});
  indices.mutable_data<std::int64_t>()[407] = -2;
  indices.mutable_data<std::int64_t>()[29999] = 200;
  const Output bad = constant(graph, indices);
  const Output updates = zeros(graph, DType::f32, {300, 100});
  for (const Output& y : {gather_elements(x, bad, 1), update_along_axis(x, bad, updates, 1)}) {
    const auto error =
        caught<ValueError>([&] { evaluate(y, {}, {.blocks_at_a_time = 1, .backwards = true}); });
    CHECK(error.info().message == "the index -2 at [4, 7] is outside [0, 200)");
  }
}

TEST_CASE("equal extremes: the gradient goes to x, or else to the first of the updates") {
  const Graph graph;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Output x = constant(graph, Tensor{5.0, 1.0, nan, 0.0});
  const Output where = constant(graph, Tensor{0, 0, 1, 1, 2, 3, 1, 3});
  const Output updates = constant(graph, Tensor{5.0, 2.0, 4.0, 4.0, nan, nan, 3.0, nan});
  const Output y = scatter_elements(x, where, updates, 0, ScatterReduction::maximum);
  const Output weights = constant(graph, Tensor{1.0, 2.0, 4.0, 8.0});
  const auto both = gradients({y}, {x, updates}, {.grad_ys = {weights}});
  CHECK(evaluate(both[0]) == Tensor{1.0, 0.0, 4.0, 0.0});
  CHECK(evaluate(both[1]) == Tensor{0.0, 0.0, 2.0, 0.0, 0.0, 8.0, 0.0, 0.0});
}

TEST_CASE("operands are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  CHECK(caught<GraphError>([&] { gather_elements(x, placeholder(graph, DType::i64, {2}), 1); })
            .info()
            .message == "x has the rank 2, the indices [2] the rank 1");
  const auto more = caught<GraphError>([&] {
    gather_elements(x, placeholder(graph, DType::i64, {4, 1}), 1);
  });
  CHECK(more.code() == ErrorCode::shape_mismatch);
  CHECK(more.info().message ==
        "dimension 0 of the indices [4, 1] is 4, and that of x [2, 3] only 2");
  const Output pair = placeholder(graph, DType::i64, {unknown, 2});
  CHECK(caught<GraphError>([&] { update_along_axis(x, pair, x, 1); }).info().message ==
        "the updates have the shape [2, 3], but what the indices name has [?, 2]");
  CHECK(caught<GraphError>([&] {
          update_along_axis(x, pair, placeholder(graph, DType::f64, {2, 2}), 1);
        }).code() == ErrorCode::dtype_mismatch);
  const Output flags = placeholder(graph, DType::boolean, {2, 3});
  const Output two = placeholder(graph, DType::boolean, {2, 2});
  CHECK(update_along_axis(flags, pair, two, 1).dtype() == DType::boolean);
  CHECK(
      caught<GraphError>([&] { scatter_elements(flags, pair, two, 1, ScatterReduction::maximum); })
          .info()
          .message == "x is bool, of which there are no sums");
  const auto none = static_cast<ScatterReduction>(9);
  CHECK(caught<GraphError>([&] { scatter_elements(x, pair, x, 1, none); }).info().message ==
        "there is no reduction '9'");
  const Output open = placeholder(graph, DType::f32, {unknown, unknown});
  const Output small = placeholder(graph, DType::f32, {unknown, unknown});
  const Output y = update_along_axis(open, pair, small, 1);
  CHECK(evaluate(y, {{open, Tensor{{1.0F, 2.0F}, {3.0F, 4.0F}}},
                     {pair, Tensor{{1L, 0L}}},
                     {small, Tensor{{7.0F, 8.0F}}}}) == Tensor{{8.0F, 7.0F}, {3.0F, 4.0F}});
}

}  // namespace
}  // namespace deft
