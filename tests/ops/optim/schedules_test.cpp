#include <cmath>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/optim/schedules.hpp>

#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

/// The rates of updates 0 to 6.
std::vector<double> rates(const Schedule& schedule) {
  std::vector<double> made;
  for (int count = 0; count < 7; ++count) {
    const Graph graph;
    made.push_back(
        evaluate(schedule(constant(graph, Tensor::scalar<double>(count)))).item<double>());
  }
  return made;
}

void check_rates(const Schedule& schedule, const std::vector<double>& wanted) {
  const std::vector<double> made = rates(schedule);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CAPTURE(i);
    CHECK(made[i] == doctest::Approx(wanted[i]).epsilon(1e-14));
  }
}

TEST_CASE("the first update sees count 0") {
  check_rates(constant_rate(0.5), {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5});
  check_rates(step_decay(1, {.every = 3, .factor = 0.5}), {1, 1, 1, 0.5, 0.5, 0.5, 0.25});
  check_rates(exponential_decay(1, {.steps = 2, .factor = 0.25, .end = 0.1}),
              {1, 0.5, 0.25, 0.125, 0.1, 0.1, 0.1});
  check_rates(exponential_decay(1, {.steps = 1, .factor = 2, .end = 8}), {1, 2, 4, 8, 8, 8, 8});
  check_rates(polynomial_decay(1, {.steps = 4, .end = 0.2}), {1, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2});
  check_rates(polynomial_decay(1, {.steps = 2, .power = 2}), {1, 0.25, 0, 0, 0, 0, 0});
  const double quarter = 0.5 + 0.5 * std::cos(std::numbers::pi / 4);
  check_rates(cosine_decay(1, {.steps = 4}), {1, quarter, 0.5, 1 - quarter, 0, 0, 0});
  check_rates(cosine_decay(1, {.steps = 6, .warmup = 2, .end = 0.5}),
              {0, 0.5, 1, 0.5 + quarter / 2, 0.75, 1 - quarter / 2, 0.5});
  check_rates(warm_up(constant_rate(0.5), 2, 0.1), {0.1, 0.3, 0.5, 0.5, 0.5, 0.5, 0.5});
  check_rates(piecewise_constant({2, 5}, {3, 2, 1}), {3, 3, 2, 2, 2, 1, 1});
  check_rates(join({constant_rate(9), polynomial_decay(1, {.steps = 2})}, {3}),
              {9, 9, 9, 1, 0.5, 0, 0});
}

TEST_CASE("a rate is a number, an Output or a schedule") {
  const Graph graph;
  const Output count = constant(graph, Tensor::scalar(2.0));
  CHECK(evaluate(Rate(1).at(count)).item<double>() == 1);
  CHECK(evaluate(Rate(0.25F).at(count)).item<double>() == 0.25);
  CHECK(evaluate(Rate(constant(graph, Tensor::scalar(0.5F))).at(count)).item<double>() == 0.5);
  CHECK(evaluate(Rate([](const Output& n) { return n; }).at(count)).item<double>() == 2);
  CHECK_THROWS_AS(Rate(constant(graph, Tensor{1.0, 2.0})).at(count), ValueError);
  CHECK_THROWS_AS(Rate(constant(graph, Tensor::scalar(1))).at(count), ValueError);
}

TEST_CASE("schedules that make no sense are refused") {
  CHECK_THROWS_AS(polynomial_decay(1, {.steps = 0}), ValueError);
  CHECK_THROWS_AS(cosine_decay(1, {.steps = 5, .warmup = 5}), ValueError);
  CHECK_THROWS_AS(piecewise_constant({1, 2}, {1, 2}), ValueError);
  CHECK_THROWS_AS(piecewise_constant({2, 2}, {1, 2, 3}), ValueError);
  CHECK_THROWS_AS(step_decay(1, {.every = 0}), ValueError);
  CHECK_THROWS_AS(warm_up(constant_rate(1), std::nan("")), ValueError);
}

}  // namespace
}  // namespace deft
