#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

TEST_CASE_TEMPLATE("gradients go through f16 and bf16, rounded to them", T, Half, BFloat16) {
  constexpr DType dtype = dtype_of<T>();
  const Graph graph;
  const Output w = constant(graph, Tensor{1.0F, 2.0F});
  const Output small = cast(w, dtype);
  const Output wide = cast(small, DType::f32);
  const Output loss = reduce_sum(wide * constant(graph, Tensor{0.1F, 3.0F}));
  const std::vector<Output> grads = gradients(loss, {w, small, wide});
  REQUIRE(grads[0].dtype() == DType::f32);
  REQUIRE(grads[1].dtype() == dtype);
  CHECK(evaluate(grads[2]) == Tensor{0.1F, 3.0F});
  CHECK(evaluate(grads[1]) == Tensor{T(0.1F), T(3)});
  CHECK(evaluate(grads[0]) == Tensor{static_cast<float>(T(0.1F)), 3.0F});
}

TEST_CASE("gradients that meet in f16 are added as f32") {
  const Graph graph;
  const Output x = constant(graph, Tensor{Half(1), Half(2)});
  const Output once = reduce_sum(2048.0 * cast(x, DType::f32));
  const Output more = reduce_sum(cast(reverse(x), DType::f32));
  // 2048 + 1 + 1: in f16 each of the sums would round back to 2048.
  const Output grad = gradient(once + more + reduce_sum(cast(transpose(x), DType::f32)), x);
  CHECK(evaluate(grad) == Tensor{Half(2050), Half(2050)});
}

TEST_CASE("a gradient of f16 is summed over what was broadcast") {
  const Graph graph;
  const Output x = constant(graph, Tensor{Half(1)});
  const Output y = constant(graph, Tensor{Half(1), Half(2), Half(3)});
  const Output z = where(constant(graph, Tensor{true, false, true}), x, y);
  const std::vector<Output> grads = gradients(reduce_sum(cast(z, DType::f32)), {x, y});
  CHECK(evaluate(grads[0]) == Tensor{Half(2)});
  CHECK(evaluate(grads[1]) == Tensor{Half(0), Half(1), Half(0)});
}

TEST_CASE("a rule that sums within a value of f16 refuses it") {
  const Graph graph;
  const Output x = constant(graph, Tensor{Half(1), Half(2)});
  const Output taken = gather(x, constant(graph, {0, 0}));
  const auto error =
      caught<GradientError>([&] { gradient(reduce_sum(cast(taken, DType::f32)), x); });
  CHECK(error.info().message.find("f16") != std::string::npos);
  CHECK(error.info().op == "gather");
}

TEST_CASE("integers at rest have no gradient") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.5F});
  const Output y = cast(cast(x, DType::i16), DType::f32);
  CHECK(evaluate(gradient(reduce_sum(y), x)) == Tensor{0.0F});
  const Output ids = placeholder(graph, DType::u32, {});
  CHECK(caught<GradientError>([&] { gradient(reduce_sum(y), ids); }).code() ==
        ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
