#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

TEST_CASE_TEMPLATE("kinds of floating numbers", T, float, double) {
  using Limits = std::numeric_limits<T>;
  const Graph graph;
  const Output x = constant(
      graph, Tensor::from<T>({7}, {0, -1, Limits::max(), Limits::denorm_min(), Limits::infinity(),
                                   -Limits::infinity(), Limits::quiet_NaN()}));
  CHECK(evaluate(is_nan(x)) == Tensor{false, false, false, false, false, false, true});
  CHECK(evaluate(is_inf(x)) == Tensor{false, false, false, false, true, true, false});
  CHECK(evaluate(is_finite(x)) == Tensor{true, true, true, true, false, false, false});
}

TEST_CASE_TEMPLATE("kinds of floating numbers at rest", T, Half, BFloat16) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Graph graph;
  const Output x = constant(graph, Tensor{T(1), T::from_bits(1), T(inf), T(-inf), T(nan)});
  CHECK(evaluate(is_nan(x)) == Tensor{false, false, false, false, true});
  CHECK(evaluate(is_inf(x)) == Tensor{false, false, true, true, false});
  CHECK(evaluate(is_finite(x)) == Tensor{true, true, false, false, false});
}

TEST_CASE("infinities of one sign") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const Graph graph;
  const Output x =
      constant(graph, {0.0F, infinity, -infinity, std::numeric_limits<float>::quiet_NaN()});
  CHECK(evaluate(is_inf(x, {.negative = false})) == Tensor{false, true, false, false});
  CHECK(evaluate(is_inf(x, {.positive = false})) == Tensor{false, false, true, false});
  CHECK(evaluate(is_inf(x, {.positive = false, .negative = false})) ==
        Tensor{false, false, false, false});
  CHECK(is_inf(x, {.negative = false, .name = "above"}).name() == "above");
  CHECK(evaluate(is_inf(constant(graph, {7, 8}), {.negative = false})) == Tensor{false, false});
}

TEST_CASE("what is of no floating dtype is finite") {
  const Graph graph;
  for (const Output& x : {constant(graph, {std::numeric_limits<std::int64_t>::max(), 0L}),
                          constant(graph, {-3, 4}), constant(graph, {true, false})}) {
    CHECK(evaluate(is_nan(x)) == Tensor{false, false});
    CHECK(evaluate(is_inf(x)) == Tensor{false, false});
    CHECK(evaluate(is_finite(x)) == Tensor{true, true});
  }
}

TEST_CASE("kinds have names, and refuse empty handles") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown});
  CHECK(is_nan(x).name() == "is_nan");
  CHECK(is_inf(x).name() == "is_inf");
  CHECK(is_finite(x, {.name = "fine"}).name() == "fine");
  CHECK(is_inf(x).shape() == Shape{Shape::unknown});
  CHECK(caught<GraphError>([&] { is_inf(Output{}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
