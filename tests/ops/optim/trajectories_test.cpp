#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/data_path.hpp"

// Optimizers against PyTorch and Optax: tests/data/training/trajectories.py has the same problems
// and the same options.

namespace deft {
namespace {

constexpr std::int64_t shown[] = {1, 2, 3, 10, 50, 100, 200};

struct Problem {
  std::vector<double> start;
  Output (*loss)(const Output& x);
};

Output quadratic(const Output& x) {
  const Graph graph = x.graph();
  const Output a = constant(graph, Tensor{{4.0, 1.0, 0.0, 0.5},
                                          {1.0, 3.0, -1.0, 0.0},
                                          {0.0, -1.0, 2.0, 0.25},
                                          {0.5, 0.0, 0.25, 1.0}});
  const Output b = constant(graph, Tensor{1.0, -2.0, 0.5, 3.0});
  return reduce_sum(x * (matmul(a, x) * 0.5 - b));
}

Output rosenbrock(const Output& x) {
  const Output a = slice(x, 0, {0, 1});
  const Output b = slice(x, 0, {1, 2});
  return reduce_sum(square(1 - a) + 100 * square(b - square(a)));
}

/// 12 rows of 3 features.
Output logistic(const Output& x) {
  Tensor features = Tensor::zeros(DType::f64, {12, 3});
  Tensor labels = Tensor::zeros(DType::f64, {12});
  for (int i = 0; i < 12; ++i) {
    for (int j = 0; j < 3; ++j) features.set({i, j}, std::sin(1.0 + 3 * i + 7 * j));
    labels.set({i}, (5 * i) % 7 > 3 ? 1.0 : 0.0);
  }
  const Graph graph = x.graph();
  const Output z = matmul(constant(graph, features), slice(x, 0, {0, 3})) + slice(x, 0, {3, 4});
  return reduce_mean(softplus(z) - z * constant(graph, labels));
}

const std::map<std::string, Problem>& problems() {
  static const std::map<std::string, Problem> all = {
      {"quadratic", {{1, -1, 0.5, 2}, quadratic}},
      {"rosenbrock", {{-1.2, 1}, rosenbrock}},
      {"logistic", {{0.1, -0.2, 0.3, 0}, logistic}},
  };
  return all;
}

struct Case {
  std::string name;
  Rule rule;
  MinimizeOptions options = {};
  double tolerance = 1e-12;
};

std::vector<Case> cases() {
  constexpr double rate = 1e-3;
  return {
      {"sgd", Sgd{.rate = rate}},
      {"sgd_momentum", Sgd{.rate = rate, .momentum = 0.9}},
      {"sgd_nesterov", Sgd{.rate = rate, .momentum = 0.9, .nesterov = true}},
      {"sgd_l2", Sgd{.rate = rate, .momentum = 0.5, .l2 = 0.1}},
      {"adagrad", Adagrad{.rate = 0.1}},
      {"adagrad_initial",
       Adagrad{.rate = 0.1, .epsilon = 1e-3, .initial_accumulator = 0.1, .l2 = 0.1}},
      {"rms_prop", RmsProp{.rate = 0.01}},
      {"rms_prop_centered",
       // Where gradients hardly change, s - a^2 has no digits left.
       RmsProp{.rate = 0.01, .decay = 0.9, .epsilon = 1e-4, .momentum = 0.5, .centered = true},
       {},
       1e-3},
      {"rms_prop_l2", RmsProp{.rate = 0.01, .momentum = 0.9, .l2 = 0.1}},
      {"adam", Adam{.rate = 0.02}},
      {"adam_options", Adam{.rate = 0.02, .beta1 = 0.8, .beta2 = 0.99, .epsilon = 1e-3, .l2 = 0.1}},
      {"adam_amsgrad", Adam{.rate = 0.02, .beta2 = 0.99, .amsgrad = true}},
      {"adam_hat", Adam{.rate = 0.02, .epsilon = 1e-4, .form = EpsilonForm::hat}},
      {"adamw", AdamW{.rate = 0.02, .weight_decay = 0}},
      {"adamw_decay", AdamW{.rate = 0.02, .weight_decay = 0.1}},
      {"lion", Lion{.rate = 0.01, .weight_decay = 0.1}},
      {"sgd_exponential", Sgd{.rate = exponential_decay(rate, {.steps = 50, .factor = 0.5})}},
      {"sgd_staircase", Sgd{.rate = step_decay(rate, {.every = 30, .factor = 0.5})}},
      {"sgd_polynomial",
       Sgd{.rate = polynomial_decay(rate, {.steps = 150, .end = rate / 10, .power = 2})}},
      {"sgd_cosine",
       Sgd{.rate = cosine_decay(rate, {.steps = 150, .warmup = 20, .end = rate / 100})}},
      {"sgd_piecewise",
       Sgd{.rate = piecewise_constant({20, 100}, {rate, rate * 0.5, rate * 0.5 * 0.2})}},
      {"sgd_joined", Sgd{.rate = join({polynomial_decay(0, {.steps = 10, .end = rate}),
                                       exponential_decay(rate, {.steps = 20, .factor = 0.9})},
                                      {10})}},
      {"adam_clip_norm", Adam{.rate = 0.002}, {.before = {clip_by_global_norm(0.5)}}},
      {"sgd_clip_value", Sgd{.rate = 0.001, .momentum = 0.9}, {.before = {clip_by_value(0.3)}}},
      {"adam_accumulate", Adam{.rate = 0.02}, {.accumulate = 4}},
  };
}

/// Where the steps that are shown end, f64 [shown, n].
std::vector<double> path(const Case& of, const Problem& problem) {
  const Graph graph;
  const Output x = variable(graph, Tensor::from(problem.start));
  const Training train = minimize(problem.loss(x), of.rule, of.options);
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  std::vector<double> values;
  std::int64_t done = 0;
  for (const std::int64_t step : shown) {
    session.run(train, RunOptions{.steps = step - done});
    done = step;
    const Tensor value = session.value(x);
    values.insert(values.end(), value.data<double>().begin(), value.data<double>().end());
  }
  return values;
}

TEST_CASE("optimizers take the paths that PyTorch and Optax take") {
  const std::vector<NamedTensor> wanted = read_npz(data_path("training/trajectories.npz"));
  std::size_t compared = 0;
  for (const Case& of : cases())
    for (const auto& [name, problem] : problems()) {
      const std::string key = of.name + "." + name;
      CAPTURE(key);
      const auto found = std::find_if(wanted.begin(), wanted.end(),
                                      [&](const NamedTensor& each) { return each.name == key; });
      REQUIRE(found != wanted.end());
      const std::vector<double> made = path(of, problem);
      const auto expected = found->tensor.data<double>();
      REQUIRE(made.size() == expected.size());
      for (std::size_t i = 0; i < made.size(); ++i)
        CHECK(made[i] == doctest::Approx(expected[i]).epsilon(of.tolerance));
      ++compared;
    }
  CHECK(compared == wanted.size());
}

}  // namespace
}  // namespace deft
