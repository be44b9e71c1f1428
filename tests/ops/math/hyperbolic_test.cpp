#include <limits>

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
TEST_CASE("hyperbolic functions by name") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(0.5));
  const auto value = [](const Output& y) { return evaluate(y).item<double>(); };
  CHECK(ulps(value(expm1(x)), 0.6487212707001282L) <= 4);
  CHECK(ulps(value(log1p(x)), 0.4054651081081644L) <= 4);
  CHECK(ulps(value(sinh(x)), 0.5210953054937474L) <= 4);
  CHECK(ulps(value(cosh(x)), 1.1276259652063807L) <= 4);
  CHECK(ulps(value(asinh(x)), 0.48121182505960347L) <= 4);
  CHECK(ulps(value(acosh(constant(graph, Tensor::scalar(1.5)))), 0.9624236501192069L) <= 4);
  CHECK(ulps(value(atanh(x)), 0.5493061443340549L) <= 4);
}

TEST_CASE("gradients where functions end") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0));
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(evaluate(gradients(acosh(x), {x})[0]).item<double>() == infinity);
  CHECK(evaluate(gradients(atanh(x), {x})[0]).item<double>() == infinity);
  const Output low = constant(graph, Tensor::scalar(-50.0));
  CHECK(ulps(evaluate(gradients(expm1(low), {low})[0]).item<double>(), 1.9287498479639178e-22L) <=
        4);
}

TEST_CASE("hyperbolic functions are of floating numbers, of any shape") {
  const Graph graph;
  const Output i = placeholder(graph, DType::i64, {2});
  const Output open = placeholder(graph, DType::f32, {Shape::unknown, 3});
  for (const Builder builder : {Builder{expm1}, Builder{log1p}, Builder{sinh}, Builder{cosh},
                                Builder{asinh}, Builder{acosh}, Builder{atanh}}) {
    CHECK(caught<GraphError>([&] { builder(i, {}); }).code() == ErrorCode::dtype_mismatch);
    CHECK(builder(open, {}).spec() == open.spec());
  }
}

}  // namespace
}  // namespace deft
