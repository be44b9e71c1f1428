#include <deft/nn/metrics.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

double number_of(const Output& y) {
  Session session(y.graph());
  const Tensor value = session.run(y);
  CHECK(value.dtype() == DType::f64);
  return value.item<double>();
}

TEST_CASE("the mean of weighted values, of any dtype") {
  const Graph graph;
  const Output x = constant(graph, Tensor{0.5F, -1.25F, 3.0F});
  CHECK(number_of(weighted_mean(x).value()) == doctest::Approx(2.25 / 3).epsilon(1e-15));
  const Output weights = constant(graph, Tensor{2.0F, 1.0F, 0.5F});
  CHECK(number_of(weighted_mean(x, {.weights = weights}).value()) ==
        doctest::Approx((1 - 1.25 + 1.5) / 3.5).epsilon(1e-15));
  const Output some = constant(graph, Tensor{true, false, true});
  CHECK(number_of(weighted_mean(x, {.weights = some}).value()) == 1.75);
  CHECK(number_of(weighted_mean(some).value()) == doctest::Approx(2.0 / 3).epsilon(1e-15));
  const Output large = constant(graph, Tensor{(1L << 40) + 1, (1L << 40) + 3});
  CHECK(number_of(weighted_mean(large).value()) == static_cast<double>((1L << 40) + 2));
}

TEST_CASE("values of weight 0 do not count, whatever they are, and nothing has the mean 0") {
  const Graph graph;
  const Output x = constant(graph, Tensor{std::nan(""), 2.0, 1e300});
  const Output weights = constant(graph, Tensor{0.0, 3.0, 0.0});
  CHECK(number_of(weighted_mean(x, {.weights = weights}).value()) == 2);
  CHECK(std::isnan(number_of(weighted_mean(x).value())));
  CHECK(number_of(weighted_mean(x, {.weights = weights * 0.0}).value()) == 0);
  CHECK(number_of(weighted_mean(zeros(graph, DType::f32, {0})).value()) == 0);
}

/// R^2 of columns by loops, averaged.
double plain_r_squared(const Tensor& x, const Tensor& y, const std::vector<double>& weights) {
  const auto columns = static_cast<std::size_t>(x.shape()[1]);
  double sum = 0;
  for (std::size_t c = 0; c < columns; ++c) {
    double total = 0;
    double mean = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      total += weights[i];
      mean += weights[i] * y.data<double>()[i * columns + c];
    }
    mean /= total;
    double residual = 0;
    double variation = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double of = y.data<double>()[i * columns + c];
      residual += weights[i] * std::pow(x.data<double>()[i * columns + c] - of, 2);
      variation += weights[i] * std::pow(of - mean, 2);
    }
    sum += 1 - residual / variation;
  }
  return sum / static_cast<double>(columns);
}

TEST_CASE("the coefficient of determination of several columns") {
  const Graph graph;
  const Tensor x = sample<double>({40, 3}, 1);
  const Tensor y = sample<double>({40, 3}, 2);
  std::vector<double> weights(40);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 0.25 * static_cast<double>(i % 5);
  const Output of = constant(graph, x);
  const Output wanted = constant(graph, y);
  const double even = plain_r_squared(x, y, std::vector<double>(40, 1));
  CHECK(number_of(r_squared(of, wanted).value()) == doctest::Approx(even).epsilon(1e-12));
  const Output given = constant(graph, Tensor::from<double>({40}, weights));
  CHECK(number_of(r_squared(of, wanted, {.weights = given}).value()) ==
        doctest::Approx(plain_r_squared(x, y, weights)).epsilon(1e-12));
  CHECK(number_of(r_squared(reshape(of, {120}), reshape(wanted, {120})).value()) ==
        doctest::Approx(plain_r_squared(x.reshaped({120, 1}), y.reshaped({120, 1}),
                                        std::vector<double>(120, 1)))
            .epsilon(1e-12));
}

TEST_CASE("a target that does not vary is met or not") {
  const Graph graph;
  const Output same = constant(graph, Tensor{2.0, 2.0});
  CHECK(number_of(r_squared(same, same).value()) == 1);
  CHECK(number_of(r_squared(same + 1, same).value()) == 0);
  CHECK(number_of(
            r_squared(zeros(graph, DType::f32, {0}), zeros(graph, DType::f32, {0})).value()) == 0);
  const Output nan = constant(graph, Tensor{1.0, std::nan("")});
  CHECK(std::isnan(number_of(r_squared(same, nan).value())));
  CHECK(number_of(r_squared(same, nan, {.weights = constant(graph, Tensor{1.0, 0.0})}).value()) ==
        0);
}

TEST_CASE("batches of unequal size count by their examples") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  const Output weights = placeholder(graph, DType::f32, {Shape::unknown});
  const Metric metric = weighted_mean(x, {.weights = weights, .name = "mean_error"});
  const Accumulator total = accumulate(metric);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  CHECK(session.run(total.value).item<double>() == 0);
  session.run(total.update, {{x, Tensor{1.0F, 2.0F, 3.0F}}, {weights, Tensor{1.0F, 1.0F, 1.0F}}});
  session.run(total.update, {{x, Tensor{10.0F, 77.0F}}, {weights, Tensor{1.0F, 0.0F}}});
  CHECK(session.run(total.value).item<double>() == 4);
  CHECK(session.run(graph.find("mean_error/sum1")).item<double>() == 4);
  session.run(total.reset);
  CHECK(session.run(total.value).item<double>() == 0);
  session.run(total.update, {{x, Tensor{5.0F}}, {weights, Tensor{0.5F}}});
  CHECK(session.run(total.value).item<double>() == 5);
}

TEST_CASE("sums of an accumulator are variables that nobody trains") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0F, 2.0F});
  const Metric metric = weighted_mean(x);
  const Accumulator first = accumulate(metric, {.name = "first"});
  const Accumulator second = accumulate(metric, {.name = "second"});
  CHECK(global_variables(graph).size() == 4);
  for (const Output& sum : global_variables(graph)) CHECK_FALSE(is_trainable(sum));
  CHECK(graph.contains("first/sum0"));
  CHECK(graph.contains("second/sum1"));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(first.update, {.steps = 3});
  CHECK(session.run(graph.find("first/sum1")).item<double>() == 6);
  CHECK(session.run(graph.find("second/sum1")).item<double>() == 0);
  CHECK(session.run(first.value).item<double>() == 1.5);
}

TEST_CASE("counts go beyond what f32 holds") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0F, 0.0F, 1.0F});
  const Accumulator total = accumulate(weighted_mean(x), {.name = "m"});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.set(graph.find("m/sum0"), Tensor::scalar(16777216.0));
  session.set(graph.find("m/sum1"), Tensor::scalar(33554432.0));
  session.run(total.update);
  CHECK(session.run(graph.find("m/sum0")).item<double>() == 16777218);
  CHECK(session.run(graph.find("m/sum1")).item<double>() == 33554435);
}

TEST_CASE("a metric of one's own") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0, 2.0});
  Metric largest{{reduce_sum(square(x))}, [](const auto& sums) { return sqrt(sums[0]); }};
  CHECK_THROWS_AS(accumulate({}), GraphError);
  largest.name = "length";
  CHECK(largest.value().name() == "length");
  CHECK(number_of(largest.value()) == doctest::Approx(std::sqrt(5)));
  const auto error = caught<GraphError>([&] { static_cast<void>(Metric{}.value()); });
  CHECK(error.info().message == "the metric has no result");
}

TEST_CASE("shapes that do not fit are refused, with the line and both shapes") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3});
  const Output y = placeholder(graph, DType::f32, {2, 4});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { r_squared(x, y, {.name = "fit"}); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().op == "r_squared");
  CHECK(error.info().node == "fit");
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "the predictions are f32[2, 3], the targets f32[2, 4]");
  CHECK(error.info().cure == "make both shapes equal");
  CHECK_THROWS_AS(r_squared(x, x, {.weights = x}), GraphError);
  CHECK_THROWS_AS(r_squared(constant(graph, Tensor{1, 2}), constant(graph, Tensor{1, 2})),
                  GraphError);
  CHECK_THROWS_AS(
      r_squared(constant(graph, Tensor::scalar(1.0)), constant(graph, Tensor::scalar(1.0))),
      GraphError);
  CHECK_THROWS_AS(weighted_mean(x, {.weights = y}), GraphError);
  const Output open = placeholder(graph, DType::f32, {2, Shape::unknown});
  const auto unknown = caught<GraphError>([&] { accumulate(r_squared(open, open)); });
  CHECK(unknown.info().message == "a sum has the shape [?], of which no variable is");
}

}  // namespace
}  // namespace deft
