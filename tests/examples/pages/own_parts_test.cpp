// A layer, a loss and an optimizer of one's own, of examples/README.md.

#include <cmath>
#include <utility>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "line_model.hpp"

namespace deft {
namespace {

struct Scale {
  Scale(const Graph& graph, std::int64_t units)
      : factor(variable(ones(graph, DType::f32, {units}), {.name = "scale/factor"})) {}

  Output operator()(const Output& x) const { return x * factor; }

  Output factor;
};

Output log_cosh_loss(const Output& x, const Output& y, const NodeOptions& options = {}) {
  const Composite made(x, "log_cosh_loss", options);
  const Output losses = made.inside([&] {
    const Output e = abs(x - y);
    return e + log1p(exp(-2.0 * e)) - std::log(2.0);  // without overflow
  });
  return reduce_mean(losses, {.name = made.result().name, .where = made.result().where});
}

Rule sign_momentum(Rate rate, double beta) {
  return {.rate = std::move(rate),
          .direction = [beta](OptimizerScope& scope, const Output& w, const Output& g) {
            Output m = scope.slot(w, "sign_momentum/m");
            return sign(scope.update(m, beta * m + (1 - beta) * g));
          }};
}

TEST_CASE("the pages about a layer, a loss and an optimizer of one's own") {
  const Graph graph;
  const Random random(graph);
  const Output x = constant(graph, Tensor{{1.0F, 0.0F}, {1.0F, 1.0F}, {1.0F, 2.0F}});
  const Output y = constant(graph, Tensor{{1.0F}, {3.0F}, {5.0F}});
  const Sequential model{Scale(graph, 2), Dense(random, 2, 1)};
  const Output loss = log_cosh_loss(model(x, Mode::train), y);

  Training train = minimize(loss, sign_momentum(0.01, 0.9));

  CHECK(train.parameters.size() == 3);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const float before = session.eval(loss).item<float>();
  session.run(train, {.steps = 300});
  CHECK(session.eval(loss).item<float>() < 0.1F * before);
  CHECK(graph.contains("scale/factor/sign_momentum/m"));
  CHECK(graph.contains("log_cosh_loss/abs"));
}

TEST_CASE("the loss of one's own at large errors") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1000.0F});
  const Output loss = log_cosh_loss(x, zeros_like(x));
  Session session(graph);
  CHECK(session.eval(loss).item<float>() == doctest::Approx(1000 - std::log(2.0)));
}

}  // namespace
}  // namespace deft
