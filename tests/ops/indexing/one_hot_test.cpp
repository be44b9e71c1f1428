#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

TEST_CASE("one_hot along any axis of the result") {
  const Graph graph;
  const Output indices = constant(graph, Tensor{{0, 2}, {1, 1}});
  CHECK(evaluate(one_hot(indices, 3)) ==
        Tensor{{{1.0F, 0.0F, 0.0F}, {0.0F, 0.0F, 1.0F}}, {{0.0F, 1.0F, 0.0F}, {0.0F, 1.0F, 0.0F}}});
  CHECK(evaluate(one_hot(indices, 3, {.dtype = DType::i64, .axis = 0})) ==
        Tensor{{{1L, 0L}, {0L, 0L}}, {{0L, 0L}, {1L, 1L}}, {{0L, 1L}, {0L, 0L}}});
  CHECK(evaluate(one_hot(indices, 3, {.dtype = DType::boolean, .axis = -2})) ==
        Tensor{{{true, false}, {false, false}, {false, true}},
               {{false, false}, {true, true}, {false, false}}});
  CHECK(evaluate(one_hot(constant(graph, Tensor::scalar(1L)), 2)) == Tensor{0.0F, 1.0F});
}

TEST_CASE("the two values of one_hot may be any of the dtype") {
  const Graph graph;
  const Output indices = constant(graph, Tensor{1, 0});
  CHECK(evaluate(one_hot(indices, 2, {.dtype = DType::f64, .on = 0.9, .off = -0.1})) ==
        Tensor{{-0.1, 0.9}, {0.9, -0.1}});
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  CHECK(evaluate(one_hot(indices, 2, {.dtype = DType::i64, .on = large})) ==
        Tensor{{std::int64_t{0}, large}, {large, std::int64_t{0}}});
  CHECK(caught<GraphError>([&] { one_hot(indices, 2, {.dtype = DType::i32, .on = 0.5}); })
            .info()
            .message == "the scalar 0.5 has no value of dtype i32");
}

TEST_CASE_TEMPLATE("one_hot over several blocks", I, std::int32_t, std::int64_t) {
  for (const Shape& shape : {Shape{5000}, Shape{70, 90}, Shape{3, 20000}, Shape{2, 3, 700}})
    for (const std::int64_t depth : {1, 7, 300}) {
      CAPTURE(shape.to_string());
      CAPTURE(depth);
      const Graph graph;
      const Tensor indices = sample_indices<I>(shape, depth);
      const auto rank = static_cast<std::int64_t>(shape.rank());
      for (std::int64_t axis = 0; axis <= rank; ++axis) {
        if (depth == 300 && shape.num_elements() > 10000) continue;
        const Output y = one_hot(constant(graph, indices), depth, {.axis = axis});
        Tensor expected = Tensor::zeros(DType::f32, y.shape());
        std::int64_t inner = 1;
        for (std::size_t i = static_cast<std::size_t>(axis); i < shape.rank(); ++i)
          inner *= shape.dims()[i];
        for (std::int64_t i = 0; i < shape.num_elements(); ++i) {
          const auto index =
              static_cast<std::int64_t>(indices.data<I>()[static_cast<std::size_t>(i)]);
          const std::int64_t at = (i / inner * depth + index) * inner + i % inner;
          expected.mutable_data<float>()[static_cast<std::size_t>(at)] = 1;
        }
        CHECK(evaluate(y) == expected);
        CHECK(same_for_all_splits(y, expected));
      }
    }
}

TEST_CASE("an index out of range fails, or is on nowhere") {
  const Graph graph;
  const Output bad = constant(graph, Tensor{{0, 1}, {3, -1}});
  for (const std::int64_t axis : {0, 1, 2}) {
    const auto error = caught<ValueError>([&] { evaluate(one_hot(bad, 3, {.axis = axis})); });
    CHECK(error.code() == ErrorCode::numeric);
    CHECK(error.info().message == "the index 3 at [1, 0] is outside [0, 3)");
  }
  CHECK(evaluate(one_hot(bad, 3, {.out_of_range = OutOfRange::zeros})) ==
        Tensor{{{1.0F, 0.0F, 0.0F}, {0.0F, 1.0F, 0.0F}}, {{0.0F, 0.0F, 0.0F}, {0.0F, 0.0F, 0.0F}}});
  CHECK(evaluate(one_hot(bad, 3, {.axis = 0, .out_of_range = OutOfRange::zeros})) ==
        Tensor{{{1.0F, 0.0F}, {0.0F, 0.0F}},
               {{0.0F, 1.0F}, {0.0F, 0.0F}},
               {{0.0F, 0.0F}, {0.0F, 0.0F}}});
  const Output far = constant(graph, Tensor{std::numeric_limits<std::int64_t>::min()});
  CHECK(evaluate(one_hot(far, 1, {.out_of_range = OutOfRange::zeros})) ==
        Tensor::zeros(DType::f32, {1, 1}));
}

TEST_CASE("one_hot without indices or depth") {
  const Graph graph;
  const Output none = constant(graph, Tensor::zeros(DType::i32, {0}));
  CHECK(evaluate(one_hot(none, 4)).shape() == Shape{0, 4});
  CHECK(evaluate(one_hot(none, 0)).shape() == Shape{0, 0});
  const Output one = constant(graph, Tensor{5});
  CHECK(evaluate(one_hot(one, 0, {.out_of_range = OutOfRange::zeros})).shape() == Shape{1, 0});
  CHECK(caught<ValueError>([&] { evaluate(one_hot(one, 0)); }).info().message ==
        "the index 5 at [0] is outside [0, 0)");
}

TEST_CASE("arguments of one_hot are checked") {
  const Graph graph;
  const Output indices = placeholder(graph, DType::i32, {Shape::unknown});
  CHECK(one_hot(indices, 4, {.axis = 0}).shape() == Shape{4, Shape::unknown});
  CHECK(caught<GraphError>([&] { one_hot(indices, -1); }).info().message == "the depth is -1");
  CHECK(caught<GraphError>([&] { one_hot(indices, 4, {.axis = 2}); }).info().message ==
        "axis 2 is outside a result of rank 2");
  const Output x = placeholder(graph, DType::f32, {2});
  CHECK(caught<GraphError>([&] { one_hot(x, 4); }).code() == ErrorCode::dtype_mismatch);
  const Output deep = placeholder(graph, DType::i32, {1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(caught<GraphError>([&] { one_hot(deep, 4); }).info().message ==
        "the rank is 8 already, and no rank is higher");
}

}  // namespace
}  // namespace deft
