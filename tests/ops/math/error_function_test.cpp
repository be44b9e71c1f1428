#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/special.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/ulps.hpp"

namespace deft {
namespace {

/// Accuracy is tested with the kernels; values here are mpmath's.
TEST_CASE("error functions by name") {
  const Graph graph;
  const auto value = [](const Output& y) { return evaluate(y).item<double>(); };
  CHECK(ulps(value(erf(constant(graph, Tensor::scalar(0.5)))), 0.5204998778130465L) <= 4);
  CHECK(ulps(value(erfc(constant(graph, Tensor::scalar(0.5)))), 0.4795001221869535L) <= 4);
  CHECK(ulps(value(erfc(constant(graph, Tensor::scalar(10.0)))), 2.088487583762545e-45L) <= 4);
}

TEST_CASE("gradients of error functions") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(0.5));
  const auto slope = [&](const Output& y) { return evaluate(gradients(y, {x})[0]).item<double>(); };
  CHECK(ulps(slope(erf(x)), 0.8787825789354448L) <= 8);
  CHECK(ulps(slope(erfc(x)), -0.8787825789354448L) <= 8);
}

TEST_CASE("error functions are of floating numbers") {
  const Graph graph;
  const Output i = placeholder(graph, DType::i32, {2});
  CHECK(caught<GraphError>([&] { erf(i); }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([&] { erfc(i); }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
