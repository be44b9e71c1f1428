#include <limits>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/plans/step_text.hpp"

namespace deft {
namespace {

const Optimizations fold_only = only([](Optimizations& o) { o.fold_constants = true; });

TEST_CASE("what depends on constants alone is computed with the plan") {
  const Graph graph;
  const Output c = constant(graph, Tensor::from<float>({3}, {1, 2, 3}));
  const Output sum = reduce_sum(square(c + 1));
  CHECK(step_of(graph, {sum}, Optimizations::none()) == Step{"add", "square", "reduce_sum"});
  CHECK(step_of(graph, {sum}, fold_only).empty());
  CHECK(Session(graph).eval(sum).item<float>() == 29);
}

TEST_CASE("a known number need not be written out for arithmetic that broadcasts") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1000});
  const Feeds feeds{{x, Tensor::zeros(DType::f32, {1000})}};
  const Output one = ones_like(x);
  const Output scaled = x * (one / cast(size(x), DType::f32));
  CHECK(step_of(graph, {scaled}, Optimizations::none(), feeds) ==
        Step{"ones_like", "size", "cast", "div", "mul"});
  CHECK(step_of(graph, {scaled}, fold_only, feeds) == Step{"mul"});
}

TEST_CASE("a number that alone gives the result its shape is written out") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1, 3});
  const Feeds feeds{{x, Tensor::zeros(DType::f32, {1, 3})}};
  const Output repeated = x + ones(graph, DType::f32, {200, 1});
  CHECK(step_of(graph, {repeated}, fold_only, feeds) == Step{"ones", "add"});
}

TEST_CASE("a result much larger than the constants it is made of is left to the run") {
  const Graph graph;
  const Output column = constant(graph, Tensor::zeros(DType::f32, {5000, 1}));
  const Output row = constant(graph, Tensor::from<float>({1, 4}, {1, 2, 3, 4}));
  CHECK(step_of(graph, {column * row}, fold_only) == Step{"mul"});
  CHECK(step_of(graph, {column * 2}, fold_only).empty());
}

TEST_CASE("an error of a known computation is the run's") {
  const Graph graph;
  const Output zero = constant(graph, Tensor::from<std::int32_t>({2}, {1, 0}));
  const Output quotient = div(constant(graph, Tensor::from<std::int32_t>({2}, {1, 1})), zero);
  Session session(graph);
  CHECK(caught<RunError>([&] { session.eval(quotient); }).code() == ErrorCode::numeric);
}

TEST_CASE("what has an effect, and a user's operation of unknown length, is left to the run") {
  const Graph graph;
  const Output c = constant(graph, Tensor::scalar(1.0F));
  const Output w = variable(c);
  const Output initialize = global_variables_initializer(graph);
  CHECK(step_of(graph, {initialize}, fold_only).size() == 1);
}

}  // namespace
}  // namespace deft
