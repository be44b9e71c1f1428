#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/softmax.hpp>

#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor points() { return Tensor{{0.5, -1.25, 2.0}, {0.0, 0.75, -0.5}}; }

TEST_CASE("softmax and log_softmax equal their formulas along any axis") {
  const Graph graph;
  const Output x = constant(graph, points());
  for (const std::int64_t axis : {-1, 0, 1}) {
    const Output e = exp(x);
    const Tensor wanted = evaluate(e / reduce_sum(e, {.axes = {axis}, .keep_dims = true}));
    const Tensor made = evaluate(softmax(x, {.axis = axis}));
    const Tensor logs = evaluate(log_softmax(x, {.axis = axis}));
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(made.data<double>()[i] == doctest::Approx(wanted.data<double>()[i]).epsilon(1e-14));
      CHECK(logs.data<double>()[i] ==
            doctest::Approx(std::log(wanted.data<double>()[i])).epsilon(1e-14));
    }
  }
}

TEST_CASE("large logits neither overflow nor vanish") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1e4, 1e4 - 1, -1e4});
  const Tensor logs = evaluate(log_softmax(x));
  CHECK(logs.data<double>()[0] == doctest::Approx(-std::log1p(std::exp(-1.0))));
  CHECK(logs.data<double>()[2] == doctest::Approx(-2e4).epsilon(1e-4));
  CHECK(evaluate(softmax(x)).data<double>()[2] == 0);
  const Tensor all_lowest = evaluate(softmax(constant(graph, Tensor{-infinity, -infinity})));
  CHECK(std::isnan(all_lowest.data<double>()[0]));
  CHECK(evaluate(softmax(constant(graph, Tensor{-infinity, 0.0}))) == Tensor{0.0, 1.0});
}

TEST_CASE("gradients to the second order, of unknown dimensions too") {
  for (const Shape& shape : {Shape{2, 3}, Shape{Shape::unknown, Shape::unknown}}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, shape);
    const Output mask = constant(graph, Tensor{{true, false, true}, {false, false, false}});
    CHECK(gradient_mismatch(softmax(x), {x}, {points()}) == "");
    CHECK(gradient_mismatch(softmax(x, {.axis = 0}), {x}, {points()}) == "");
    CHECK(gradient_mismatch(log_softmax(x), {x}, {points()}) == "");
    CHECK(gradient_mismatch(masked_softmax(x, mask), {x}, {points()}) == "");
    CHECK(gradient_mismatch(logsumexp(x, {.axes = {1}}), {x}, {points()}) == "");
    CHECK(gradient_mismatch(logsumexp(x, {.axes = {0}, .keep_dims = true}), {x}, {points()}) == "");
  }
}

TEST_CASE("what a mask leaves out is 0, whatever it is, and so is a row that is left out") {
  const Graph graph;
  const Output x = constant(
      graph, Tensor{{1.0, std::nan(""), 2.0, infinity}, {std::nan(""), infinity, -infinity, 0.0}});
  const Output mask =
      constant(graph, Tensor{{true, false, true, false}, {false, false, false, false}});
  const Output y = masked_softmax(x, mask);
  const Tensor values = evaluate(y);
  const double share = 1 / (1 + std::exp(1.0));
  CHECK(values.at<double>(0, 0) == doctest::Approx(share).epsilon(1e-14));
  CHECK(values.at<double>(0, 2) == doctest::Approx(1 - share).epsilon(1e-14));
  CHECK(values.at<double>(0, 1) == 0);
  for (int i = 0; i < 4; ++i) CHECK(values.at<double>(1, i) == 0);
  const Tensor slopes = evaluate(gradients(reduce_sum(square(y)), {x})[0]);
  CHECK(std::isfinite(slopes.at<double>(0, 0)));
  CHECK(slopes.at<double>(0, 1) == 0);
  for (int i = 0; i < 4; ++i) CHECK(slopes.at<double>(1, i) == 0);
}

TEST_CASE("hardmax is 1 at the first of the largest elements") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1.0, 3.0, 3.0}, {-infinity, std::nan(""), infinity}});
  CHECK(evaluate(hardmax(x)) == Tensor{{0.0, 1.0, 0.0}, {0.0, 1.0, 0.0}});
  const Tensor columns{{1.0, 0.0, 0.0}, {0.0, 1.0, 1.0}};
  CHECK(evaluate(hardmax(x, {.axis = 0})) == columns);
  CHECK(evaluate(hardmax(x, {.axis = -2})) == columns);
  CHECK(evaluate(hardmax(constant(graph, Tensor{4, 9, 9}))) == Tensor{0, 1, 0});
  CHECK(evaluate(gradients(reduce_sum(hardmax(x) * x), {x})[0]).at<double>(0, 0) == 0);
  const Output open = placeholder(graph, DType::f32, {Shape::unknown, Shape::unknown, 2});
  const Tensor fed = Tensor::from<float>({1, 3, 2}, {1, 6, 2, 5, 0, 7});
  CHECK(evaluate(hardmax(open, {.axis = 1}), {{open, fed}}) ==
        Tensor::from<float>({1, 3, 2}, {0, 0, 1, 0, 0, 1}));
  CHECK(hardmax(open).shape() == open.shape());
  CHECK_THROWS_AS(hardmax(x, {.axis = 2}), GraphError);
  CHECK_THROWS_AS(hardmax(constant(graph, Tensor::zeros(DType::f32, {2, 0}))), GraphError);
  CHECK_THROWS_AS(hardmax(constant(graph, Tensor::scalar(1.0))), GraphError);
}

TEST_CASE("a mask that hides nothing changes nothing but the last bits") {
  const Graph graph;
  const Output x = constant(graph, points());
  const Tensor plain = evaluate(softmax(x));
  const Tensor masked = evaluate(masked_softmax(x, constant(graph, Tensor{true, true, true})));
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(masked.data<double>()[i] == doctest::Approx(plain.data<double>()[i]).epsilon(1e-15));
}

}  // namespace
}  // namespace deft
