// minimize with batches that are cut into shards.

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// A network of two layers in f64.
struct Model {
  Graph graph;
  Output x = constant(graph, sample<double>({32, 6}, 1)) * 0.1;
  Output d = constant(graph, sample<double>({32, 2}, 2)) * 0.1;
  Output w = variable(graph, sample<double>({6, 5}, 3), {.name = "w"});
  Output v = variable(graph, sample<double>({5, 2}, 4), {.name = "v"});
  Output b = variable(zeros(graph, DType::f64, {2}), {.name = "b"});
  Output loss =
      mean_squared_error(matmul(tanh(matmul(x, w)), v) + b, d) + 0.01 * reduce_sum(square(w));
};

/// What some steps make of the parameters.
std::vector<double> trained(std::int64_t shards, const MinimizeOptions& others = {}) {
  const Model model;
  MinimizeOptions options = others;
  options.shards = shards;
  options.batch = {model.x, model.d};
  const Training training = minimize(model.loss, Adam{.rate = 0.05}, options);
  Session session(model.graph);
  session.run(global_variables_initializer(model.graph));
  const double before = session.eval(training.loss).item<double>();
  CHECK(before == doctest::Approx(session.eval(model.loss).item<double>()).epsilon(1e-12));
  session.run(training, {.steps = 20});
  std::vector<double> values;
  for (const Output& parameter : training.parameters)
    for (const double value : session.value(parameter).to<double>()) values.push_back(value);
  CHECK(session.eval(training.loss).item<double>() < before);
  return values;
}

/// The whole text of the GraphError that a call ends in.
std::string refusal_of(const std::function<void()>& call) {
  return caught<GraphError>(call).what();
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a training with shards learns what one without learns") {
  const std::vector<double> right = trained(0);
  const std::vector<double> accumulated = trained(0, {.accumulate = 3});
  for (const std::int64_t shards : {1, 2, 16, 32}) {
    CAPTURE(shards);
    const std::vector<double> found = trained(shards);
    REQUIRE(found.size() == right.size());
    for (std::size_t i = 0; i < right.size(); ++i)
      CHECK(found[i] == doctest::Approx(right[i]).epsilon(1e-9));
    const std::vector<double> slower = trained(shards, {.accumulate = 3});
    for (std::size_t i = 0; i < right.size(); ++i)
      CHECK(slower[i] == doctest::Approx(accumulated[i]).epsilon(1e-9));
  }
}

TEST_CASE("variables that are listed have gradients of shards too, and others stay") {
  const Model model;
  const Training training =
      minimize(model.loss, {model.v}, Sgd{.rate = 0.1}, {.shards = 4, .batch = {model.x, model.d}});
  Session session(model.graph);
  session.run(global_variables_initializer(model.graph));
  const Tensor w = session.value(model.w);
  const Tensor v = session.value(model.v);
  session.run(training);
  CHECK(bitwise_equal(session.value(model.w), w));
  CHECK(!bitwise_equal(session.value(model.v), v));
}

TEST_CASE("shards that cannot be are refused with the line of minimize") {
  const Model model;
  const auto with = [&](const MinimizeOptions& options) {
    return refusal_of([&] { minimize(model.loss, Sgd{.rate = 0.1}, options); });
  };
  CHECK(contains(with({.shards = 3, .batch = {model.x}}), "give a power of two"));
  CHECK(contains(with({.shards = 3, .batch = {model.x}}), "minimize_shards_test.cpp"));
  CHECK(contains(with({.shards = 4}), "name those whose rows are the batch"));
  CHECK(contains(with({.shards = 64, .batch = {model.x, model.d}}), "has 32 rows"));
  Transform of_three = [](OptimizerScope&, const std::vector<Output>& gradients) {
    return gradients;
  };
  of_three.part = {1, 3};
  CHECK(contains(with({.before = {of_three}, .shards = 8, .batch = {model.x, model.d}}),
                 "8 shards are no equal parts for 3 processes"));
  const BatchNorm norm(model.graph, 6);
  const Output normalized = reduce_mean(square(norm(cast(model.x, DType::f32), Mode::train)));
  CHECK(contains(refusal_of([&] {
                   minimize(normalized, Sgd{.rate = 0.1}, {.shards = 4, .batch = {model.x}});
                 }),
                 "the loss has companions"));
}

}  // namespace deft
