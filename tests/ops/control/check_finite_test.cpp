#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/state.hpp>
#include <deft/runtime/session.hpp>

#include "caught.hpp"

namespace deft {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

TEST_CASE("what is finite passes, and the first that is not is named") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  const Output y = placeholder(graph, DType::f64, {}, {.name = "y"});
  const Output check = check_finite({x, y}, {.name = "check"});
  Session session(graph);
  CHECK_NOTHROW(session.run(check, {{x, Tensor{1.0F, -3e38F}}, {y, Tensor::scalar(0.0)}}));
  CHECK_NOTHROW(
      session.run(check, {{x, Tensor::zeros(DType::f32, {0})}, {y, Tensor::scalar(1.0)}}));
  const auto message = [&](const Tensor& of_x, double of_y) {
    const Error error = caught<RunError>([&] {
      session.run(check, {{x, of_x}, {y, Tensor::scalar(of_y)}});
    });
    CHECK(error.code() == ErrorCode::non_finite);
    return error.info().message;
  };
  CHECK(message(Tensor{1.0F, infinity}, std::nan("")) ==
        "'x' holds a NaN or an infinity, at element 1");
  CHECK(message(Tensor{1.0F}, -std::numeric_limits<double>::infinity()) ==
        "'y' holds a NaN or an infinity");
}

TEST_CASE("a step that a check fails is undone") {
  const Graph graph;
  const Output w = variable(graph, Tensor{1.0F, 2.0F});
  const Output delta = placeholder(graph, DType::f32, {2});
  const Output step =
      group({assign_add(w, delta), check_finite({delta}, {.what = {"the change"}})});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(step, {{delta, Tensor{1.0F, 1.0F}}});
  CHECK(caught<RunError>([&] {
          session.run(step, {{delta, Tensor{1.0F, -infinity}}});
        })
            .info()
            .message == "the change holds a NaN or an infinity, at element 1");
  CHECK(session.value(w) == Tensor{2.0F, 3.0F});
}

TEST_CASE("misuse") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0F});
  CHECK_THROWS_AS(check_finite({}), GraphError);
  CHECK_THROWS_AS(check_finite({Output{}}), GraphError);
  CHECK_THROWS_AS(check_finite({x}, {.what = {"a", "b"}}), GraphError);
  CHECK_THROWS_AS(check_finite({constant(graph, Tensor{1})}), GraphError);
}

}  // namespace
}  // namespace deft
