#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/linalg.hpp>

#include "caught.hpp"
#include "support/batches.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

Tensor det_of(const Tensor& a) { return evaluate(det(constant(Graph(), a))); }

TEST_CASE("det and slogdet of known matrices") {
  const Graph graph;
  const Tensor a = Tensor::from<double>({3, 2, 2}, {1, 2, 3, 4, 0, 1, 1, 0, 2, 0, 0, 4});
  const Tensor d = det_of(a);
  CHECK(d.shape() == Shape{3});
  CHECK(d.data<double>()[0] == doctest::Approx(-2).epsilon(1e-15));
  CHECK(d.data<double>()[1] == -1);
  CHECK(d.data<double>()[2] == 8);
  const auto [sign, log_abs_det] = slogdet(constant(graph, a));
  CHECK(evaluate(sign) == Tensor::from<double>({3}, {-1, -1, 1}));
  CHECK(evaluate(log_abs_det).data<double>()[2] == doctest::Approx(std::log(8.0)).epsilon(1e-15));
  CHECK(evaluate(log_abs_det).data<double>()[1] == 0);
}

TEST_CASE("det is multiplicative, for sizes on both sides of a block") {
  for (const std::int64_t n : {1, 4, 31, 32, 33, 70}) {
    CAPTURE(n);
    const Matrix a = random_matrix(n, n, 1);
    const Matrix b = random_matrix(n, n, 2);
    const double of_a = det_of(a.tensor()).item<double>();
    const double of_b = det_of(b.tensor()).item<double>();
    CHECK(det_of((a * b).tensor()).item<double>() == doctest::Approx(of_a * of_b).epsilon(1e-10));
    const auto [sign, log_abs] = slogdet(constant(Graph(), a.tensor()));
    CHECK(evaluate(sign).item<double>() == (of_a < 0 ? -1 : 1));
    CHECK(evaluate(log_abs).item<double>() ==
          doctest::Approx(std::log(std::abs(of_a))).epsilon(1e-12));
  }
}

TEST_CASE("a singular matrix has the determinant 0") {
  const Tensor a = Tensor::from<float>({2, 2}, {1, 2, 2, 4});
  CHECK(det_of(a) == Tensor::scalar(0.0F));
  const auto [sign, log_abs_det] = slogdet(constant(Graph(), a));
  CHECK(evaluate(sign) == Tensor::scalar(0.0F));
  CHECK(evaluate(log_abs_det) == Tensor::scalar(-std::numeric_limits<float>::infinity()));
}

TEST_CASE("det overflows only where its value does") {
  CHECK(det_of(diagonal_matrix(std::vector<double>{1e200, 1e-250, 1e200, 1e-150}).tensor())
            .item<double>() == doctest::Approx(1).epsilon(1e-12));
  const Tensor large = diagonal_matrix(std::vector<double>{1e200, -1e200}).tensor();
  CHECK(det_of(large).item<double>() == -std::numeric_limits<double>::infinity());
  const auto [sign, log_abs_det] = slogdet(constant(Graph(), large));
  CHECK(evaluate(sign).item<double>() == -1);
  CHECK(evaluate(log_abs_det).item<double>() ==
        doctest::Approx(400 * std::log(10.0)).epsilon(1e-14));
}

TEST_CASE("the gradient of the determinant of a singular matrix fails the run") {
  const Graph graph;
  const Output a = constant(graph, Tensor::from<double>({2, 2}, {1, 2, 2, 4}));
  const Output gradient = gradients({det(a)}, {a}).at(0);
  CHECK(caught<ValueError>([&] { evaluate(gradient); }).info().message ==
        "a [2, 2] is singular: pivot 1 is 0");
}

TEST_CASE("what det refuses") {
  const Graph graph;
  CHECK(caught<GraphError>([&] {
          det(placeholder(graph, DType::f64, {3, 2}));
        })
            .info()
            .message == "a [3, 2] has 3 rows and 2 columns");
  CHECK(caught<GraphError>([&] {
          slogdet(placeholder(graph, DType::i64, {2, 2}));
        }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<ValueError>([&] {
          det_of(Tensor::from<double>({1, 1}, {std::numeric_limits<double>::quiet_NaN()}));
        })
            .info()
            .message == "a [1, 1] holds NaN at [0, 0]");
}

TEST_CASE("trace") {
  const Graph graph;
  const Tensor a = Tensor::from<std::int32_t>({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(evaluate(trace(constant(graph, a))) == Tensor::from<std::int32_t>({2}, {5, 13}));
}

}  // namespace
}  // namespace deft
