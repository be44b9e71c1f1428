#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "ops/indexing/combined.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

TEST_CASE("tuples address elements, rows and all of x") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{{0, 1}, {2, 3}}, {{4, 5}, {6, 7}}});
  CHECK(evaluate(gather_nd(x, constant(graph, Tensor{{1, 0, 1}, {0, 1, 1}}))) == Tensor{5, 3});
  CHECK(evaluate(gather_nd(x, constant(graph, Tensor{{1, 0}, {0, 1}}))) == Tensor{{4, 5}, {2, 3}});
  CHECK(evaluate(gather_nd(x, constant(graph, Tensor{1, 1, 0}))) == Tensor::scalar(6));
  CHECK(evaluate(gather_nd(x, constant(graph, Tensor{{{1L}, {0L}, {1L}}}))) ==
        Tensor::from<std::int32_t>({1, 3, 2, 2}, {4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7}));
  const Output twice = constant(graph, Tensor::zeros(DType::i32, {2, 0}));
  CHECK(evaluate(gather_nd(x, twice)) ==
        Tensor::from<std::int32_t>({2, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7}));
  const Output scalar = constant(graph, Tensor::scalar(2.5));
  CHECK(evaluate(gather_nd(scalar, twice)) == Tensor{2.5, 2.5});
}

TEST_CASE("scatter_nd adds repeated tuples in their order, into zeros") {
  const Graph graph;
  const Output indices = constant(graph, Tensor{{0, 2}, {1, 0}, {0, 2}});
  const Output updates = constant(graph, Tensor{1.0F, 2.0F, 4.0F});
  CHECK(evaluate(scatter_nd(indices, updates, {2, 3})) ==
        Tensor{{0.0F, 0.0F, 5.0F}, {2.0F, 0.0F, 0.0F}});
  const Output x = constant(graph, Tensor{{1.0F, 1.0F, 1.0F}, {1.0F, 1.0F, 1.0F}});
  CHECK(evaluate(scatter_nd_add(x, indices, updates)) ==
        Tensor{{1.0F, 1.0F, 6.0F}, {3.0F, 1.0F, 1.0F}});
  const Output rows = constant(graph, Tensor::from<std::int64_t>({2, 1}, {1, 1}));
  CHECK(evaluate(scatter_nd(rows, constant(graph, Tensor{{1, 2}, {3, 4}}), {3, 2})) ==
        Tensor{{0, 0}, {4, 6}, {0, 0}});
}

TEST_CASE("many tuples over several blocks, against a loop") {
  const Graph graph;
  const std::int64_t count = 20000;
  const Tensor indices = sample_indices<std::int64_t>({count, 2}, 13);
  const Tensor x = sample<float>({13, 13, 48}, 3);
  const Tensor updates = sample<float>({count, 48}, 6);
  Tensor taken = Tensor::zeros(DType::f32, {count, 48});
  Tensor added = x;
  for (std::int64_t t = 0; t < count; ++t)
    for (std::int64_t i = 0; i < 48; ++i) {
      const auto at = [&](std::int64_t j) {
        return indices.data<std::int64_t>()[static_cast<std::size_t>(2 * t + j)];
      };
      const auto from = static_cast<std::size_t>((at(0) * 13 + at(1)) * 48 + i);
      const auto to = static_cast<std::size_t>(t * 48 + i);
      taken.mutable_data<float>()[to] = x.data<float>()[from];
      added.mutable_data<float>()[from] += updates.data<float>()[to];
    }
  const Output where = constant(graph, indices);
  const Output y = gather_nd(constant(graph, x), where);
  CHECK(evaluate(y) == taken);
  CHECK(same_for_all_splits(y, taken));
  const Output z = scatter_nd_add(constant(graph, x), where, constant(graph, updates));
  CHECK(same_bytes(evaluate(z), added));
  CHECK(same_for_all_splits(z, added));
}

TEST_CASE_TEMPLATE("updates of tuples are combined in order, against a loop", T, float,
                   std::int32_t, std::int64_t, std::uint8_t) {
  const Graph graph;
  for (const auto& [count, row] : {std::pair{2000, 48}, std::pair{20000, 1}}) {
    const Tensor indices = sample_indices<std::int64_t>({count, 2}, 13);
    const Tensor x = sample<T>({13, 13, row}, 3);
    const Tensor updates = sample<T>({count, row}, 6);
    std::vector<std::size_t> places;
    for (std::int64_t t = 0; t < count; ++t) {
      const auto* tuple = indices.data<std::int64_t>().data() + 2 * t;
      for (std::int64_t i = 0; i < row; ++i)
        places.push_back(static_cast<std::size_t>((tuple[0] * 13 + tuple[1]) * row + i));
    }
    for (const ScatterReduction reduction : reductions_of<T>()) {
      CAPTURE(static_cast<int>(reduction));
      const Output y = scatter_nd_reduce(constant(graph, x), constant(graph, indices),
                                         constant(graph, updates), reduction);
      const Tensor expected = combined<T>(x, places, updates, reduction);
      CHECK(same_bytes(evaluate(y), expected));
      CHECK(same_for_all_splits(y, expected));
    }
  }
}

TEST_CASE("the last of several updates stays") {
  const Graph graph;
  const Output x = constant(graph, Tensor{true, true, true, false});
  const Output where = constant(graph, Tensor{{0}, {3}, {0}, {1}});
  CHECK(evaluate(scatter_nd_update(x, where, constant(graph, Tensor{false, true, true, false}))) ==
        Tensor{true, false, true, true});
}

TEST_CASE("a batch of tuples addresses a batch of tensors") {
  const Graph graph;
  const Tensor x = sample<double>({2, 3, 4, 5});
  const Tensor indices = sample_indices<std::int32_t>({2, 3, 6, 1}, 4);
  const Output open = placeholder(graph, DType::f64, {unknown, unknown, unknown, 5});
  const Output where = placeholder(graph, DType::i32, {unknown, unknown, unknown, 1});
  const Output y = gather_nd(open, where, 2, {.name = "batched"});
  CHECK(y.name() == "batched");
  CHECK(y.shape() == Shape{unknown, unknown, unknown, 5});
  Tensor expected = Tensor::zeros(DType::f64, {2, 3, 6, 5});
  for (std::int64_t b = 0; b < 6; ++b)
    for (std::int64_t i = 0; i < 6; ++i) {
      const auto at = indices.data<std::int32_t>()[static_cast<std::size_t>(b * 6 + i)];
      for (std::int64_t k = 0; k < 5; ++k)
        expected.mutable_data<double>()[static_cast<std::size_t>((b * 6 + i) * 5 + k)] =
            x.data<double>()[static_cast<std::size_t>((b * 4 + at) * 5 + k)];
    }
  CHECK(evaluate(y, {{open, x}, {where, indices}}) == expected);
  const Output one =
      gather_nd(constant(graph, x), constant(graph, Tensor{{1, 2, 3}, {0, 0, 1}}), 1);
  CHECK(one.shape() == Shape{2});
  CHECK(evaluate(one).data<double>()[0] == x.data<double>()[33 + 0]);
  CHECK(evaluate(one).data<double>()[1] == x.data<double>()[61]);
  const Output whole = gather_nd(constant(graph, sample<double>({2, 3})),
                                 constant(graph, Tensor::zeros(DType::i64, {2, 2, 0})), 1);
  CHECK(whole.shape() == Shape{2, 2, 3});
  CHECK(evaluate(slice(whole, 1, {1, 2})) == sample<double>({2, 3}).reshaped({2, 1, 3}));
  const Output none = gather_nd(open, where, 0);
  CHECK(none.shape() == gather_nd(open, where).shape());
  CHECK(caught<GraphError>([&] { gather_nd(open, where, 4); }).info().message ==
        "batch_dims is 4, but x has the rank 4 and the indices 4");
  CHECK_THROWS_AS(gather_nd(open, where, -1), GraphError);
}

TEST_CASE("an index of a tuple out of range is named with its own bound") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({2, 3}));
  const Output indices = constant(graph, Tensor{{1, 2}, {1, 3}});
  const auto error = caught<ValueError>([&] { evaluate(gather_nd(x, indices)); });
  CHECK(error.code() == ErrorCode::numeric);
  CHECK(error.info().message == "the index 3 at [1, 1] is outside [0, 3)");
  const Output negative = constant(graph, Tensor{{-1}});
  CHECK(caught<ValueError>([&] {
          evaluate(scatter_nd(negative, constant(graph, Tensor{{1.0F}}), {2, 1}));
        })
            .info()
            .message == "the index -1 at [0, 0] is outside [0, 2)");
}

TEST_CASE("gradients of gather_nd and scatter_nd are each other") {
  const Graph graph;
  const Output x = constant(graph, sample<double>({2, 3}));
  const Output indices = constant(graph, Tensor{{1, 2}, {0, 0}, {1, 2}});
  const Output weights = constant(graph, Tensor{1.0, 2.0, 4.0});
  CHECK(evaluate(gradient(reduce_sum(gather_nd(x, indices) * weights), x)) ==
        Tensor{{2.0, 0.0, 0.0}, {0.0, 0.0, 5.0}});
  const Output v = constant(graph, Tensor{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  CHECK(evaluate(gradient(reduce_sum(scatter_nd(indices, weights, {2, 3}) * v), weights)) ==
        Tensor{6.0, 1.0, 6.0});
}

TEST_CASE("operands of gather_nd and scatter_nd are checked") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {4, 3});
  const Output open = placeholder(graph, DType::i64, {2, unknown});
  CHECK(caught<GraphError>([&] { gather_nd(x, open); }).info().message ==
        "the indices have the shape [2, ?], but their last dimension, which is as long as a tuple, "
        "must be known");
  CHECK_THROWS_AS(gather_nd(x, placeholder(graph, DType::i64, {})), GraphError);
  const Output three = placeholder(graph, DType::i64, {2, 3});
  const auto deep = caught<GraphError>([&] { gather_nd(x, three); });
  CHECK(deep.code() == ErrorCode::shape_mismatch);
  CHECK(deep.info().message == "the indices [2, 3] hold tuples of 3, but x has the rank 2");
  CHECK(gather_nd(x, placeholder(graph, DType::i64, {unknown, 1})).shape() == Shape{unknown, 3});
  const Output many = placeholder(graph, DType::i64, {1, 1, 1, 1, 1, 1, 1, 0});
  CHECK(caught<GraphError>([&] { gather_nd(x, many); }).info().message ==
        "the indices [1, 1, 1, 1, 1, 1, 1, 0] into x [4, 3] give the rank 9, and none is over 8");
  const Output pairs = placeholder(graph, DType::i64, {5, 2});
  CHECK(caught<GraphError>([&] { scatter_nd_add(x, pairs, x); }).info().message ==
        "the updates have the shape [4, 3], but what the indices name has [5]");
  CHECK_THROWS_AS(scatter_nd(pairs, placeholder(graph, DType::f32, {5}), {4, unknown}), GraphError);
}

}  // namespace
}  // namespace deft
