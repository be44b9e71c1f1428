#include <algorithm>
#include <chrono>
#include <cmath>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/runtime/lbfgs.hpp>

#include "support/samples.hpp"

namespace deft {
namespace {

/// sum over i of 100 (x[i + 1] - x[i]^2)^2 + (1 - x[i])^2 (H. H. Rosenbrock, 1960): least at ones.
Output rosenbrock(const Output& x) {
  const Output left = slice(x, {{.end = -1}});
  const Output right = slice(x, {{.begin = 1}});
  return reduce_sum(100.0 * square(right - square(left)) + square(1.0 - left));
}

/// A model, a session of it, and what the minimizer made of it.
struct Fit {
  Graph graph;
  Output x;
  Output loss;
  Session session;

  Fit(const Tensor& start, Output (*of)(const Output&), int threads = 1)
      : x(variable(graph, start, {.name = "x"})),
        loss(of(x)),
        session(graph, {.threads = threads}) {
    session.run(global_variables_initializer(graph));
  }
};

double largest_error(const Tensor& x, double expected) {
  double largest = 0;
  for (const double element : x.to<double>())
    largest = larger(largest, std::abs(element - expected));
  return largest;
}

TEST_CASE("Rosenbrock's function in 2 and 10 dimensions") {
  for (const std::int64_t dimensions : {2, 10}) {
    Tensor start = Tensor::zeros(DType::f64, {dimensions});
    for (std::int64_t i = 0; i < dimensions; ++i) start.set({i}, i % 2 == 0 ? -1.2 : 1.0);
    Fit fit(start, rosenbrock);
    const LbfgsResult result = minimize_lbfgs(fit.session, fit.loss);
    CHECK(result.reason == LbfgsReason::gradient);
    CHECK(result.gradient_norm <= 1e-10);
    CHECK(result.evaluations < 130);
    CHECK(largest_error(fit.session.value(fit.x), 1) < 1e-11);
    CHECK(fit.session.eval(fit.loss).item<double>() == result.loss);
  }
}

TEST_CASE("a quadratic of condition 1e6") {
  const auto quadratic = [](const Output& x) {
    const Output scales = exp(linspace(x.graph(), DType::f64, 0, std::log(1e6), 20));
    return 0.5 * reduce_sum(scales * square(x - 3.0)) + 1.0;
  };
  Fit fit(Tensor::zeros(DType::f64, {20}), quadratic);
  const LbfgsResult result = minimize_lbfgs(
      fit.session, fit.loss, {}, {.iterations = 1000, .history = 30, .gradient_tolerance = 1e-9});
  CHECK(result.reason == LbfgsReason::gradient);
  CHECK(result.loss == doctest::Approx(1).epsilon(1e-15));
  CHECK(largest_error(fit.session.value(fit.x), 3) < 1e-9);  // of a curvature of at least 1
}

/// Points [200, 3] and labels that no plane separates.
struct Logistic {
  Graph graph;
  Output w, b, loss;

  Logistic() {
    Tensor points = Tensor::zeros(DType::f64, {200, 3});
    Tensor labels = Tensor::zeros(DType::f64, {200});
    for (std::int64_t i = 0; i < 200; ++i) {
      for (std::int64_t k = 0; k < 3; ++k)
        points.set({i, k}, std::sin(static_cast<double>(i * (k + 3) + k)));
      const bool label = points.at<double>(i, 0) + 0.5 * std::cos(7.0 * static_cast<double>(i)) > 0;
      labels.set({i}, label ? 1.0 : 0.0);
    }
    const Output x = constant(graph, points);
    w = variable(graph, Tensor::zeros(DType::f64, {3, 1}), {.name = "w"});
    b = variable(graph, Tensor::zeros(DType::f64, {1}), {.name = "b"});
    loss = sigmoid_cross_entropy(squeeze(matmul(x, w) + b, {1}), constant(graph, labels));
  }
};

TEST_CASE("a logistic regression, whose gradient vanishes") {
  const Logistic model;
  Session session(model.graph);
  session.run(global_variables_initializer(model.graph));
  const LbfgsResult result = minimize_lbfgs(session, model.loss, {}, {.gradient_tolerance = 1e-13});
  CHECK(result.reason == LbfgsReason::gradient);
  const auto gradient = session.run(gradients(model.loss, {model.w, model.b}));
  CHECK(largest_error(gradient[0], 0) <= 1e-13);
  CHECK(largest_error(gradient[1], 0) <= 1e-13);
  CHECK(session.value(model.w).at<double>(0, 0) > 1);
}

TEST_CASE("the same bits with any number of threads") {
  std::vector<Tensor> first;
  LbfgsResult result_of_first;
  for (const int threads : {1, 2, 3, 4, 8}) {
    CAPTURE(threads);
    const Logistic model;
    Session session(model.graph, {.threads = threads});
    session.run(global_variables_initializer(model.graph));
    const LbfgsResult result = minimize_lbfgs(session, model.loss);
    const std::vector<Tensor> values = session.values({model.w, model.b});
    if (first.empty()) {
      first = values;
      result_of_first = result;
    }
    CHECK(bitwise_equal(values[0], first[0]));
    CHECK(bitwise_equal(values[1], first[1]));
    CHECK(result.loss == result_of_first.loss);
    CHECK(result.evaluations == result_of_first.evaluations);
  }
}

TEST_CASE("f32 variables are computed with in f64") {
  Fit fit({-1.2F, 1.0F}, [](const Output& x) {
    return rosenbrock(cast(x, DType::f64)) + cast(0 * reduce_sum(x), DType::f64);
  });
  const LbfgsResult result =
      minimize_lbfgs(fit.session, fit.loss, {}, {.gradient_tolerance = 1e-4});
  CHECK(result.reason == LbfgsReason::gradient);
  CHECK(fit.session.value(fit.x).dtype() == DType::f32);
  CHECK(largest_error(fit.session.value(fit.x), 1) < 1e-4);
}

TEST_CASE("an f32 loss ends where its rounding hides the rest") {
  Fit fit({-1.2F, 1.0F}, [](const Output& x) { return rosenbrock(x) + 1.0; });
  const LbfgsResult result = minimize_lbfgs(fit.session, fit.loss);
  CHECK(largest_error(fit.session.value(fit.x), 1) < 1e-3);
  CHECK(result.loss == doctest::Approx(1).epsilon(1e-6));
}

TEST_CASE("why it ends") {
  const Tensor start{-1.2, 1.0};
  {
    Fit fit(start, rosenbrock);
    const LbfgsResult result = minimize_lbfgs(fit.session, fit.loss, {}, {.iterations = 3});
    CHECK(result.reason == LbfgsReason::iterations);
    CHECK(result.iterations == 3);
    CHECK(result.loss == fit.session.eval(fit.loss).item<double>());
  }
  {
    Fit fit(start, rosenbrock);
    const LbfgsResult result =
        minimize_lbfgs(fit.session, fit.loss, {}, {.change_tolerance = 0.9999});
    CHECK(result.reason == LbfgsReason::change);
    CHECK(result.iterations < 10);
  }
  {
    Fit fit({1.0, 1.0}, rosenbrock);
    const LbfgsResult result = minimize_lbfgs(fit.session, fit.loss);
    CHECK(result.reason == LbfgsReason::gradient);
    CHECK(result.iterations == 0);
    CHECK(result.evaluations == 1);
  }
  {  // the gradient, -2 x, says that x^2 falls where it rises
    Fit fit(Tensor{1.0, 2.0}, [](const Output& x) {
      const Output fixed = stop_gradient(x);
      return reduce_sum(square(x) - 4.0 * x * fixed + 4.0 * square(fixed));
    });
    const LbfgsResult result = minimize_lbfgs(fit.session, fit.loss);
    CHECK(result.reason == LbfgsReason::line_search);
    CHECK(fit.session.value(fit.x) == Tensor{1.0, 2.0});
  }
  CHECK(std::string(to_string(LbfgsReason::line_search)) == "line_search");
}

TEST_CASE("points where the loss is not finite are too far") {
  // x - log(x) is least at 1; a step of 1 from 0.01 along the slope 99 leaves what has a logarithm.
  Fit fit(Tensor{0.01, 30.0}, [](const Output& x) { return reduce_sum(x - log(x)); });
  const LbfgsResult result = minimize_lbfgs(fit.session, fit.loss);
  CHECK(result.reason == LbfgsReason::gradient);
  CHECK(largest_error(fit.session.value(fit.x), 1) < 1e-9);
}

TEST_CASE("feeds reach all evaluations, and other variables stay") {
  const Graph graph;
  const Output x = variable(graph, Tensor{0.0}, {.name = "x"});
  const Output other = variable(graph, Tensor{5.0}, {.name = "other"});
  const Output late = variable(graph, Tensor{1.0}, {.name = "late"});  // has no value
  const Output target = placeholder(graph, DType::f64, {1});
  const Output loss = reduce_sum(square(x - target * other));
  Session session(graph);
  session.set({{x, {1.0}}, {other, {2.0}}});
  minimize_lbfgs(session, loss, {x}, {.feeds = {{target, {21.0}}}});
  CHECK(session.value(x).item<double>() == doctest::Approx(42).epsilon(1e-12));
  CHECK(session.value(other) == Tensor{2.0});
  CHECK_THROWS_AS(session.value(late), RunError);
}

TEST_CASE("by default the variables are those that a gradient reaches") {
  const Graph graph;
  const Output x = variable(graph, Tensor{4.0}, {.name = "x"});
  const Output fixed = variable(graph, Tensor{2.0}, {.trainable = false, .name = "fixed"});
  const Output stopped = variable(graph, Tensor{3.0}, {.name = "stopped"});
  const Output loss = reduce_sum(square(x - fixed - stop_gradient(stopped)));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  minimize_lbfgs(session, loss);
  CHECK(session.value(x).item<double>() == doctest::Approx(5).epsilon(1e-12));
  CHECK(session.value(fixed) == Tensor{2.0});
  CHECK(session.value(stopped) == Tensor{3.0});
}

TEST_CASE("an assign in the loss stays without effect") {
  const Graph graph;
  const Output x = variable(graph, Tensor{4.0}, {.name = "x"});
  const Output calls = variable(graph, Tensor{0.0}, {.trainable = false, .name = "calls"});
  const Output counted = assign_add(calls, constant(graph, Tensor{1.0}));
  const Output loss = [&] {
    const ControlDependencies after(graph, {counted});
    return reduce_sum(square(x - 1.0));
  }();
  Session session(graph);
  session.run(global_variables_initializer(graph));
  minimize_lbfgs(session, loss);
  CHECK(session.value(calls) == Tensor{0.0});
}

TEST_CASE("the session has the iterate that on_progress tells of, and no other meanwhile") {
  Fit fit({-1.2, 1.0}, rosenbrock);
  std::vector<double> losses;
  std::jthread reader;
  bool always_known = true;
  {
    std::vector<double> seen;
    reader = std::jthread([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) seen.push_back(fit.session.eval(fit.loss).item<double>());
    });
    losses.push_back(fit.session.eval(fit.loss).item<double>());
    minimize_lbfgs(fit.session, fit.loss, {}, {.on_progress = [&](const LbfgsProgress& progress) {
                     losses.push_back(progress.loss);
                     CHECK(fit.session.eval(fit.loss).item<double>() == progress.loss);
                     CHECK(progress.iterations + 1 == static_cast<std::int64_t>(losses.size()));
                   }});
    reader.request_stop();
    reader.join();
    for (const double loss : seen)
      always_known = always_known && std::find(losses.begin(), losses.end(), loss) != losses.end();
  }
  CHECK(always_known);
  for (std::size_t i = 1; i < losses.size(); ++i) CHECK(losses[i] <= losses[i - 1]);
}

TEST_CASE("a stop and a timeout leave the last iterate") {
  for (const std::int64_t at : {0, 1, 4}) {
    Fit fit({-1.2, 1.0}, rosenbrock);
    std::stop_source source;
    Tensor last = fit.session.value(fit.x);
    if (at == 0) source.request_stop();
    const LbfgsResult result = minimize_lbfgs(
        fit.session, fit.loss, {},
        {.stop = source.get_token(), .on_progress = [&](const LbfgsProgress& progress) {
           last = fit.session.value(fit.x);
           if (progress.iterations == at) source.request_stop();
         }});
    CHECK(result.reason == LbfgsReason::cancelled);
    CHECK(result.iterations == at);
    CHECK(bitwise_equal(fit.session.value(fit.x), last));
    CHECK(std::isnan(result.loss) == (at == 0));
  }
  Fit fit({-1.2, 1.0}, rosenbrock);
  const LbfgsResult late =
      minimize_lbfgs(fit.session, fit.loss, {}, {.timeout = std::chrono::nanoseconds(1)});
  CHECK(late.reason == LbfgsReason::timeout);
  CHECK(fit.session.value(fit.x) == Tensor{-1.2, 1.0});
  const LbfgsResult in_time =
      minimize_lbfgs(fit.session, fit.loss, {}, {.timeout = std::chrono::nanoseconds::max()});
  CHECK(in_time.reason == LbfgsReason::gradient);
}

TEST_CASE("an error leaves the last iterate") {
  Fit fit({-1.2, 1.0}, rosenbrock);
  Tensor last;
  CHECK_THROWS_AS(minimize_lbfgs(fit.session, fit.loss, {},
                                 {.on_progress =
                                      [&](const LbfgsProgress& progress) {
                                        last = fit.session.value(fit.x);
                                        if (progress.iterations == 2) throw 42;
                                      }}),
                  int);
  CHECK(bitwise_equal(fit.session.value(fit.x), last));
  CHECK(last != Tensor{-1.2, 1.0});
}

TEST_CASE("variables without elements are at their minimum") {
  Fit fit(Tensor::zeros(DType::f64, {0}), [](const Output& x) { return reduce_sum(square(x)); });
  CHECK(minimize_lbfgs(fit.session, fit.loss).reason == LbfgsReason::gradient);
}

}  // namespace
}  // namespace deft
