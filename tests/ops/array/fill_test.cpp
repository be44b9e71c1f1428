#include <cmath>
#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

TEST_CASE("zeros, ones and fill, of every dtype and size") {
  for (int i = 0; i <= static_cast<int>(DType::bf16); ++i) {
    const auto dtype = static_cast<DType>(i);
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{3, 5}, Shape{40001}}) {
      CAPTURE(to_string(dtype));
      CAPTURE(shape.to_string());
      const Graph graph;
      const Output zero = zeros(graph, dtype, shape);
      const Tensor expected_zero = Tensor::zeros(dtype, shape);
      CHECK(same_bytes(evaluate(zero), expected_zero));
      CHECK(same_for_all_splits(zero, expected_zero));
      const Output one = ones(graph, dtype, shape);
      const Tensor expected_one = evaluate(fill(graph, dtype, shape, 1));
      CHECK(same_bytes(evaluate(one), expected_one));
      CHECK(same_for_all_splits(one, expected_one));
      CHECK(evaluate(zeros_like(one)) == expected_zero);
      CHECK(evaluate(ones_like(zero)) == expected_one);
    }
  }
  const Graph graph;
  CHECK(evaluate(fill(graph, DType::f32, {2}, 0.1)) == Tensor::from<float>({2}, {0.1F, 0.1F}));
  CHECK(evaluate(fill(graph, DType::i32, {2}, -7)) == Tensor::from<std::int32_t>({2}, {-7, -7}));
  CHECK(evaluate(fill(graph, DType::boolean, {1}, 1)) == Tensor::from<bool>({1}, {true}));
  CHECK(evaluate(fill(graph, DType::bf16, {2}, 0.1)) == Tensor{BFloat16(0.1), BFloat16(0.1)});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(evaluate(fill(graph, DType::f32, {}, nan)).item<float>()));
}

TEST_CASE("integers are filled in exactly") {
  const Graph graph;
  const std::int64_t odd = (std::int64_t{1} << 53) + 1;
  CHECK(evaluate(fill(graph, DType::i64, {2}, odd)) == Tensor{odd, odd});
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), -odd})
    CHECK(evaluate(fill(graph, DType::i64, {}, value)).item<std::int64_t>() == value);
  CHECK(evaluate(fill(graph, DType::i64, {}, 0x1p40)).item<std::int64_t>() == 1LL << 40);
  CHECK(evaluate(fill(graph, DType::f64, {}, 3)).item<double>() == 3);
  CHECK(evaluate(fill(graph, DType::boolean, {}, true)).item<bool>());
  CHECK(caught<GraphError>([&] { fill(graph, DType::f64, {}, odd); }).info().message ==
        "the scalar 9007199254740993 has no value of dtype f64");
  CHECK_THROWS_AS(fill(graph, DType::i64, {}, std::uint64_t{1} << 63U), GraphError);
  CHECK_THROWS_AS(fill(graph, DType::i32, {}, odd), GraphError);
}

TEST_CASE("the input of zeros_like and ones_like need not be computed") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown});
  CHECK_FALSE(zeros_like(x).node().op->needs_value(0));
  CHECK_FALSE(ones_like(x).node().op->needs_value(0));
  CHECK(zeros_like(x).shape() == Shape{Shape::unknown});
  CHECK(evaluate(ones_like(x), {{x, Tensor::zeros(DType::f32, {2})}}) ==
        Tensor::from<float>({2}, {1, 1}));
}

TEST_CASE("values without a representation and unknown dimensions are refused") {
  const Graph graph;
  const auto half = caught<GraphError>([&] { fill(graph, DType::i32, {2}, 0.5); });
  CHECK(half.code() == ErrorCode::invalid_argument);
  CHECK(half.info().message == "the scalar 0.5 has no value of dtype i32");
  CHECK(half.info().op == "fill");
  CHECK_THROWS_AS(fill(graph, DType::f32, {2}, 1e300), GraphError);
  CHECK_THROWS_AS(fill(graph, DType::boolean, {2}, 2), GraphError);
  const auto unknown = caught<GraphError>([&] { zeros(graph, DType::f32, {Shape::unknown, 2}); });
  CHECK(unknown.info().message ==
        "a filled tensor needs known dimensions, but the shape is [?, 2]");
  CHECK(caught<GraphError>([&] {
          ones(graph, DType::f32, {1LL << 40, 1LL << 40});
        }).code() == ErrorCode::overflow);
}

}  // namespace
}  // namespace deft
