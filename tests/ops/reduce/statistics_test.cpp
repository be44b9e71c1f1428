#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor points() { return Tensor{{0.5, -1.25, 2.0}, {0.0, 0.75, -0.5}}; }

TEST_CASE("any and all") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{true, false}, {true, true}});
  CHECK(evaluate(reduce_any(x)).item<bool>());
  CHECK_FALSE(evaluate(reduce_all(x)).item<bool>());
  CHECK(evaluate(reduce_all(x, {.axes = {1}})) == Tensor{false, true});
  CHECK(evaluate(reduce_any(x, {.axes = {0}, .keep_dims = true})) == Tensor{{true, true}});
  const Output none = constant(graph, Tensor::zeros(DType::boolean, {0, 2}));
  CHECK(evaluate(reduce_any(none, {.axes = {0}})) == Tensor{false, false});
  CHECK(evaluate(reduce_all(none, {.axes = {0}})) == Tensor{true, true});
  CHECK(evaluate(reduce_any(constant(graph, Tensor{0.0, std::nan("")}))).item<bool>());
  CHECK_FALSE(evaluate(reduce_all(constant(graph, Tensor{0, 1}))).item<bool>());
}

TEST_CASE("logsumexp at its limits") {
  const Graph graph;
  const auto of = [&](const Tensor& x) {
    return evaluate(logsumexp(constant(graph, x))).item<double>();
  };
  CHECK(of(Tensor{1000.0, 1000.0}) == doctest::Approx(1000 + std::log(2.0)));
  CHECK(of(Tensor{-1000.0, -1001.0}) == doctest::Approx(-1000 + std::log1p(std::exp(-1.0))));
  CHECK(of(Tensor{-infinity, -infinity}) == -infinity);
  CHECK(of(Tensor{-infinity, 3.0}) == doctest::Approx(3));
  CHECK(of(Tensor{infinity, 3.0}) == infinity);
  CHECK(std::isnan(of(Tensor{std::nan(""), 3.0})));
}

/// Against numpy.var and numpy.std with ddof.
TEST_CASE("variance and standard deviation, with a correction") {
  const Graph graph;
  const Output x = constant(graph, points());
  CHECK(evaluate(reduce_variance(x)).item<double>() == doctest::Approx(1.0416666666666667));
  CHECK(evaluate(reduce_variance(x, {.correction = 1})).item<double>() == doctest::Approx(1.25));
  const Tensor rows = evaluate(reduce_std(x, {.axes = {1}, .correction = 1}));
  CHECK(rows.data<double>()[0] == doctest::Approx(1.6266017746619281));
  CHECK(rows.data<double>()[1] == doctest::Approx(0.6291528696058959));
  CHECK(evaluate(reduce_std(x, {.axes = {0}, .keep_dims = true})).shape() == Shape{1, 3});
  CHECK(std::isnan(
      evaluate(reduce_variance(constant(graph, Tensor{3.0}), {.correction = 1})).item<double>()));
  CHECK(evaluate(reduce_variance(constant(graph, Tensor{3.0, 4.0}), {.correction = 2}))
            .item<double>() == infinity);
}

TEST_CASE("norms") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{3.0, -4.0}, {0.0, 12.0}});
  CHECK(evaluate(norm(x)).item<double>() == 13);
  CHECK(evaluate(norm(x, {.axes = {1}})) == Tensor{5.0, 12.0});
  CHECK(evaluate(norm(x, {.ord = 1, .axes = {0}})) == Tensor{3.0, 16.0});
  CHECK(evaluate(norm(x, {.ord = infinity, .keep_dims = true})) == Tensor{{12.0}});
  CHECK(evaluate(norm(constant(graph, Tensor{3e30F, 4e30F}))).item<float>() == 5e30F);
  CHECK(std::isnan(evaluate(norm(constant(graph, Tensor{1.0, std::nan("")}))).item<double>()));
  CHECK(caught<GraphError>([&] { norm(x, {.ord = 3}); }).info().message == "the order is 3.000000");
}

TEST_CASE("gradients to the second order") {
  for (const Shape& shape : {Shape{2, 3}, Shape{Shape::unknown, Shape::unknown}}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, shape);
    CHECK(gradient_mismatch(reduce_variance(x, {.axes = {1}, .correction = 1}), {x}, {points()}) ==
          "");
    CHECK(gradient_mismatch(reduce_std(x, {.axes = {0}}), {x}, {points()}) == "");
    CHECK(gradient_mismatch(norm(x, {.axes = {1}}), {x}, {points()}) == "");
    const Tensor apart = Tensor{{0.5, -1.25, 2.0}, {0.25, 0.75, -0.5}};
    CHECK(gradient_mismatch(norm(x, {.ord = 1}), {x}, {apart}) == "");
    CHECK(gradient_mismatch(norm(x, {.ord = infinity, .axes = {1}}), {x}, {apart}) == "");
  }
}

TEST_CASE("the derivative of a norm at 0 and of a deviation of equals is 0") {
  const Graph graph;
  const Output zero = constant(graph, Tensor{0.0, 0.0});
  CHECK(evaluate(gradients(norm(zero), {zero})[0]) == Tensor{0.0, 0.0});
  const Output equal = constant(graph, Tensor{2.0, 2.0});
  CHECK(evaluate(gradients(reduce_std(equal), {equal})[0]) == Tensor{0.0, 0.0});
}

}  // namespace
}  // namespace deft
