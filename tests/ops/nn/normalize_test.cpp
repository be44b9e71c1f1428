#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/normalize.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor points() { return Tensor{{0.5, -1.25, 2.0, 0.75}, {0.125, 0.75, -0.5, -3.0}}; }

TEST_CASE("lines of norm 1, and those of norm 0") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{3.0, -4.0}, {0.0, -0.0}, {std::nan(""), 1.0}});
  const Tensor euclidean = evaluate(lp_normalize(x));
  CHECK(euclidean.at<double>(0, 0) == doctest::Approx(0.6).epsilon(1e-15));
  CHECK(euclidean.at<double>(0, 1) == doctest::Approx(-0.8).epsilon(1e-15));
  CHECK(euclidean.at<double>(1, 0) == 0);
  CHECK(euclidean.at<double>(1, 1) == 0);
  CHECK(std::isnan(euclidean.at<double>(2, 1)));
  const Tensor sums = evaluate(lp_normalize(x, {.p = 1}));
  CHECK(sums.at<double>(0, 0) == doctest::Approx(3.0 / 7).epsilon(1e-15));
  CHECK(evaluate(lp_normalize(x, {.p = infinity})).at<double>(0, 0) == 0.75);
  const Output columns = constant(graph, Tensor{{3.0F, 0.0F}, {-4.0F, 0.0F}});
  CHECK(evaluate(lp_normalize(columns, {.axis = 0})) == Tensor{{0.6F, 0.0F}, {-0.8F, 0.0F}});
  const Tensor slopes = evaluate(gradients(reduce_sum(lp_normalize(x)), {x})[0]);
  CHECK(slopes.at<double>(1, 0) == 0);
  CHECK(slopes.at<double>(1, 1) == 0);
  CHECK_THROWS_AS(lp_normalize(x, {.p = 3}), GraphError);
  CHECK_THROWS_AS(lp_normalize(x, {.axis = 2}), GraphError);
}

TEST_CASE("means of 0 and deviations of 1") {
  const Graph graph;
  const Output x = constant(graph, points());
  const Tensor rows = evaluate(mean_variance_normalize(x, {.axes = {1}}));
  for (std::int64_t row = 0; row < 2; ++row) {
    double mean = 0, variance = 0;
    for (std::int64_t i = 0; i < 4; ++i) mean += points().at<double>(row, i) / 4;
    for (std::int64_t i = 0; i < 4; ++i)
      variance += std::pow(points().at<double>(row, i) - mean, 2) / 4;
    for (std::int64_t i = 0; i < 4; ++i)
      CHECK(rows.at<double>(row, i) ==
            doctest::Approx((points().at<double>(row, i) - mean) / (std::sqrt(variance) + 1e-9))
                .epsilon(1e-14));
  }
  const Output even = constant(graph, Tensor{1e8F, 1e8F, 1e8F});
  CHECK(evaluate(mean_variance_normalize(even)) == Tensor{0.0F, 0.0F, 0.0F});
  CHECK(std::isfinite(
      evaluate(gradients(reduce_sum(square(mean_variance_normalize(even))), {even})[0])
          .at<float>(0)));
  const Output wide = constant(graph, Tensor{1.0, 3.0});
  CHECK(evaluate(mean_variance_normalize(wide, {.epsilon = 1})) == Tensor{-0.5, 0.5});
  const Output empty = constant(graph, Tensor::zeros(DType::f32, {0, 2}));
  CHECK(evaluate(mean_variance_normalize(empty)).shape() == Shape{0, 2});
}

/// x / (bias + alpha / size sum)^beta along the middle of [outer, channels, inner].
Tensor responses(const Tensor& x, std::int64_t size, const LocalResponseOptions& options) {
  Tensor y = x;
  const auto dims = x.shape().dims();
  for (std::int64_t i = 0; i < dims[0]; ++i)
    for (std::int64_t c = 0; c < dims[1]; ++c)
      for (std::int64_t k = 0; k < dims[2]; ++k) {
        double sum = 0;
        const auto first = std::max<std::int64_t>(0, c - (size - 1) / 2);
        const auto last = std::min(dims[1] - 1, c + (size - 1) - (size - 1) / 2);
        for (std::int64_t j = first; j <= last; ++j) sum += std::pow(x.at<double>(i, j, k), 2);
        const auto at = static_cast<std::size_t>((i * dims[1] + c) * dims[2] + k);
        y.mutable_data<double>()[at] /=
            std::pow(options.bias + options.alpha / static_cast<double>(size) * sum, options.beta);
      }
  return y;
}

TEST_CASE("responses are divided by those of neighbouring channels") {
  const Tensor x = sample<double>({2, 7, 3});
  const LocalResponseOptions options{.alpha = 0.5, .beta = 0.75, .bias = 2, .axis = 1};
  for (const std::int64_t size : {1, 2, 3, 4, 5, 12, 13, 50})
    for (const Shape& shape : {x.shape(), Shape{Shape::unknown, Shape::unknown, Shape::unknown}}) {
      CAPTURE(size);
      const Graph graph;
      const Output fed = placeholder(graph, DType::f64, shape);
      const Tensor y = evaluate(local_response_normalization(fed, size, options), {{fed, x}});
      CHECK(largest_difference(y, responses(x, size, options)) < 1e-14);
    }
  const Graph graph;
  const Output defaults = constant(graph, Tensor{{3.0F, 4.0F}});
  CHECK(evaluate(local_response_normalization(defaults, 3)).at<float>(0, 0) ==
        doctest::Approx(3 / std::pow(1 + 1e-4 / 3 * 25, 0.75)));
  for (const Shape& empty : {Shape{0, 4}, Shape{4, 0}}) {
    const Output nothing = constant(graph, Tensor::zeros(DType::f32, empty));
    CHECK(evaluate(local_response_normalization(nothing, 5)).shape() == empty);
  }
  for (const std::int64_t size : {0, -1, 70000})
    CHECK(caught<GraphError>([&] { local_response_normalization(defaults, size); }).code() ==
          ErrorCode::invalid_argument);
  CHECK(caught<GraphError>([&] { local_response_normalization(defaults, 3, {.axis = 2}); })
            .info()
            .message == "axis 2 is outside the rank 2");
}

TEST_CASE("norms have gradients to the second order, of unknown dimensions too") {
  for (const Shape& shape : {Shape{2, 4}, Shape{Shape::unknown, Shape::unknown}}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, shape);
    const std::vector<Output> all{
        lp_normalize(x),
        lp_normalize(x, {.p = 1, .axis = 0}),
        mean_variance_normalize(x),
        mean_variance_normalize(x, {.axes = {1}}),
        local_response_normalization(x, 3, {.alpha = 0.5, .bias = 2}),
        local_response_normalization(x, 2, {.alpha = 0.5, .beta = 0.5, .axis = 0}),
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(i);
      CHECK(gradient_mismatch(all[i], {x}, {points()}) == "");
    }
  }
}

}  // namespace
}  // namespace deft
