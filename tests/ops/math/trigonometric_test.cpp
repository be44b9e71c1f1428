#include <limits>
#include <numbers>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/special.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/ulps.hpp"

namespace deft {
namespace {

using Builder = Output (*)(const Output&, const NodeOptions&);

/// Accuracy is tested with the kernels; values here are NumPy's.
TEST_CASE("trigonometric functions by name") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(0.5));
  const auto value = [](const Output& y) { return evaluate(y).item<double>(); };
  CHECK(ulps(value(sin(x)), 0.479425538604203L) <= 4);
  CHECK(ulps(value(cos(x)), 0.8775825618903728L) <= 4);
  CHECK(ulps(value(tan(x)), 0.5463024898437905L) <= 4);
  CHECK(ulps(value(asin(x)), 0.5235987755982989L) <= 4);
  CHECK(ulps(value(acos(x)), 1.0471975511965979L) <= 4);
  CHECK(ulps(value(atan(x)), 0.4636476090008061L) <= 4);
  CHECK(ulps(value(atan2(x, -2)), 2.896613990462929L) <= 4);
}

TEST_CASE("atan2 broadcasts, y first") {
  const Graph graph;
  const Output y = constant(graph, {{1.0}, {-0.0}});
  const double pi = std::numbers::pi;
  CHECK(evaluate(atan2(y, Tensor{0.0, -1.0})) == Tensor{{pi / 2, 3 * pi / 4}, {-0.0, -pi}});
  const Output open = placeholder(graph, DType::f64, {Shape::unknown, 1});
  CHECK(atan2(open, Tensor{1.0, 2.0}).shape() == Shape{Shape::unknown, 2});
  const auto error = caught<GraphError>([&] { atan2(y, placeholder(graph, DType::f32, {2})); });
  CHECK(error.info().message == "input 0 is f64, but input 1 is f32");
}

TEST_CASE("gradients of atan2 neither overflow nor end in NaN at the origin") {
  const Graph graph;
  const Output y = constant(graph, {0.0, 3e200, 4e-200});
  const Output x = constant(graph, {0.0, 4e200, 3e-200});
  const auto slopes = gradients(reduce_sum(atan2(y, x)), {y, x});
  const Tensor to_y = evaluate(slopes[0]);
  const Tensor to_x = evaluate(slopes[1]);
  CHECK(to_y.data<double>()[0] == 0);
  CHECK(to_x.data<double>()[0] == 0);
  CHECK(to_y.data<double>()[1] == doctest::Approx(1.6e-201));
  CHECK(to_x.data<double>()[1] == doctest::Approx(-1.2e-201));
  CHECK(to_y.data<double>()[2] == doctest::Approx(1.2e199));
  CHECK(to_x.data<double>()[2] == doctest::Approx(-1.6e199));
}

TEST_CASE("gradients of asin and acos are infinite at 1") {
  const Graph graph;
  const Output x = constant(graph, {1.0, -1.0});
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(evaluate(gradients(reduce_sum(asin(x)), {x})[0]) == Tensor{infinity, infinity});
  CHECK(evaluate(gradients(reduce_sum(acos(x)), {x})[0]) == Tensor{-infinity, -infinity});
}

TEST_CASE("trigonometric functions are of floating numbers") {
  const Graph graph;
  const Output i = placeholder(graph, DType::i32, {2});
  for (const Builder builder :
       {Builder{sin}, Builder{cos}, Builder{tan}, Builder{asin}, Builder{acos}, Builder{atan}})
    CHECK(caught<GraphError>([&] { builder(i, {}); }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([&] { atan2(i, i); }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
