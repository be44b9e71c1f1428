#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/activations.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Activation {
  std::string name;
  std::function<Output(const Output&)> build;
  std::function<double(double)> value;
  double at_zero;                // the derivative
  bool curves_up_to_nan = true;  // the derivative at NaN is NaN, and not that of a straight branch
};

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

const std::vector<Activation>& activations() {
  static const std::vector<Activation> all = {
      {"relu", [](const Output& x) { return relu(x); }, [](double x) { return std::max(x, 0.0); },
       0},
      {"leaky_relu", [](const Output& x) { return leaky_relu(x, {.alpha = 0.1}); },
       [](double x) { return x > 0 ? x : 0.1 * x; }, 0.1, false},
      {"elu", [](const Output& x) { return elu(x, {.alpha = 1.5}); },
       [](double x) { return x > 0 ? x : 1.5 * std::expm1(x); }, 1.5},
      {"selu", [](const Output& x) { return selu(x); },
       [](double x) {
         return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x));
       },
       1.0507009873554805 * 1.6732632423543772},
      {"selu", [](const Output& x) { return selu(x, {.alpha = 2, .scale = 3}); },
       [](double x) { return 3 * (x > 0 ? x : 2 * std::expm1(x)); }, 6},
      {"celu", [](const Output& x) { return celu(x, {.alpha = 2}); },
       [](double x) { return x > 0 ? x : 2 * std::expm1(x / 2); }, 1},
      {"celu", [](const Output& x) { return celu(x); },
       [](double x) { return x > 0 ? x : std::expm1(x); }, 1},
      {"prelu", [](const Output& x) { return prelu(x, constant(x.graph(), Tensor::scalar(0.25))); },
       [](double x) { return x > 0 ? x : 0.25 * x; }, 0.25},
      {"thresholded_relu", [](const Output& x) { return thresholded_relu(x, {.alpha = 1.25}); },
       [](double x) { return x > 1.25 ? x : 0; }, 0, false},
      {"thresholded_relu", [](const Output& x) { return thresholded_relu(x, {.alpha = -0.5}); },
       [](double x) { return x > -0.5 ? x : 0; }, 1, false},
      {"shrink", [](const Output& x) { return shrink(x); },
       [](double x) { return std::abs(x) > 0.5 ? x : 0; }, 0, false},
      {"shrink", [](const Output& x) { return shrink(x, {.lambda = 1.25, .bias = 0.5}); },
       [](double x) { return x < -1.25  ? x + 0.5
                             : x > 1.25 ? x - 0.5
                                        : 0; }, 0, false},
      {"hard_sigmoid", [](const Output& x) { return hard_sigmoid(x); },
       [](double x) { return std::max(0.0, std::min(1.0, 0.2 * x + 0.5)); }, 0.2},
      {"hard_sigmoid", [](const Output& x) { return hard_sigmoid(x, {.alpha = 0.75, .beta = 0}); },
       [](double x) { return std::max(0.0, std::min(1.0, 0.75 * x)); }, 0.75},
      {"hard_swish", [](const Output& x) { return hard_swish(x); },
       [](double x) { return x * std::max(0.0, std::min(1.0, x / 6 + 0.5)); }, 0.5},
      {"softsign", [](const Output& x) { return softsign(x); },
       [](double x) { return x / (1 + std::abs(x)); }, 1},
      {"swish", [](const Output& x) { return swish(x, {.alpha = 1.5}); },
       [](double x) { return x * sigmoid_of(1.5 * x); }, 0.5},
      {"mish", [](const Output& x) { return mish(x); },
       [](double x) {
         return x * std::tanh(std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))));
       },
       0.6},
      {"sigmoid", [](const Output& x) { return sigmoid(x); }, sigmoid_of, 0.25},
      {"softplus", [](const Output& x) { return softplus(x); },
       [](double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }, 0.5},
      {"log_sigmoid", [](const Output& x) { return log_sigmoid(x); },
       [](double x) { return std::min(x, 0.0) - std::log1p(std::exp(-std::abs(x))); }, 0.5},
      {"silu", [](const Output& x) { return silu(x); }, [](double x) { return x * sigmoid_of(x); },
       0.5},
      {"gelu", [](const Output& x) { return gelu(x); },
       [](double x) { return x * 0.5 * std::erfc(-x / std::sqrt(2.0)); }, 0.5},
      {"gelu", [](const Output& x) { return gelu(x, {.approximate = true}); },
       [](double x) {
         const double inner = std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x);
         return 0.5 * x * (1 + std::tanh(inner));
       },
       0.5},
  };
  return all;
}

TEST_CASE("activations equal their formulas") {
  std::vector<double> points;
  for (double x = -12; x <= 12; x += 0.1875) points.push_back(x);
  for (const Activation& activation : activations()) {
    CAPTURE(activation.name);
    const Graph graph;
    const Tensor values = evaluate(activation.build(constant(graph, Tensor::from(points))));
    for (std::size_t i = 0; i < points.size(); ++i) {
      CAPTURE(points[i]);
      CHECK(values.data<double>()[i] ==
            doctest::Approx(activation.value(points[i])).epsilon(1e-13));
    }
  }
}

TEST_CASE("activations have gradients to the second order") {
  const Tensor at = Tensor::from<double>({5}, {-3.5, -0.75, 0.125, 1.5, 4});
  for (const Activation& activation : activations()) {
    CAPTURE(activation.name);
    for (const Shape& shape : {Shape{5}, Shape{Shape::unknown}}) {
      const Graph graph;
      const Output x = placeholder(graph, DType::f64, shape);
      CHECK(gradient_mismatch(activation.build(x), {x}, {at}) == "");
    }
  }
}

TEST_CASE("at a kink the derivative is the one that is promised") {
  for (const Activation& activation : activations()) {
    CAPTURE(activation.name);
    const Graph graph;
    const Output x = constant(graph, Tensor{0.0});
    const Output gradient = gradients(reduce_sum(activation.build(x)), {x})[0];
    CHECK(evaluate(gradient).item<double>() == doctest::Approx(activation.at_zero));
  }
}

/// The derivative of an activation where it has a kink that is not at 0.
double slope_at(double at, const std::function<Output(const Output&)>& activation) {
  const Graph graph;
  const Output x = constant(graph, Tensor{at});
  return evaluate(gradients(reduce_sum(activation(x)), {x})[0]).to<double>().at(0);
}

TEST_CASE("kinks beside 0 have the derivatives that are promised") {
  const auto threshold = [](const Output& x) { return thresholded_relu(x, {.alpha = 1.25}); };
  CHECK(slope_at(1.25, threshold) == 0);
  const auto shrunk = [](const Output& x) { return shrink(x, {.lambda = 0.5, .bias = 0.5}); };
  CHECK(slope_at(-0.5, shrunk) == 0);
  CHECK(slope_at(0.5, shrunk) == 0);
  CHECK(slope_at(0.5625, shrunk) == 1);
  const auto sigmoid = [](const Output& x) { return hard_sigmoid(x, {.alpha = 0.25}); };
  CHECK(slope_at(-2, sigmoid) == 0.25);
  CHECK(slope_at(2, sigmoid) == 0.25);
  CHECK(slope_at(2.5, sigmoid) == 0);
  const auto swish_of = [](const Output& x) { return hard_swish(x); };
  CHECK(slope_at(-3, swish_of) == doctest::Approx(-0.5));
  CHECK(slope_at(3, swish_of) == doctest::Approx(1.5));
}

TEST_CASE("the slope of prelu broadcasts to x and has a gradient") {
  const Tensor at{{-3.5, 0.5, -0.25}, {1.5, -2.0, -1.25}};
  for (const Shape& shape : {Shape{2, 3}, Shape{Shape::unknown, Shape::unknown}})
    for (const Tensor& slopes : {Tensor{0.25, -0.5, 2.0}, Tensor{{0.25}, {0.75}}}) {
      const Graph graph;
      const Output x = placeholder(graph, DType::f64, shape);
      const Output slope = placeholder(graph, DType::f64, slopes.shape());
      CHECK(gradient_mismatch(prelu(x, slope), {x, slope}, {at, slopes}) == "");
    }
  const Graph graph;
  const Output x = constant(graph, Tensor{infinity, -2.0, 0.0});
  const Output slope = constant(graph, Tensor{0.25, 0.25, 0.25});
  CHECK(evaluate(prelu(x, slope)) == Tensor{infinity, -0.5, 0.0});
  CHECK(evaluate(gradients(reduce_sum(prelu(x, slope)), {slope})[0]) == Tensor{0.0, -2.0, 0.0});
  const Output wide = constant(graph, Tensor{{0.25, 0.5, 1.0}, {0.25, 0.5, 1.0}});
  CHECK(caught<GraphError>([&] { prelu(x, wide); }).code() == ErrorCode::shape_mismatch);
  CHECK(evaluate(prelu(constant(graph, Tensor{-3, 4}), constant(graph, Tensor{2, 2}))) ==
        Tensor{-6, 4});
}

TEST_CASE("integers, empty tensors and factors that are refused") {
  const Graph graph;
  const Output x = constant(graph, Tensor{-3, -1, 0, 1, 4});
  CHECK(evaluate(thresholded_relu(x)) == Tensor{0, 0, 0, 0, 4});
  CHECK(evaluate(shrink(x, {.lambda = 2, .bias = 1})) == Tensor{-2, 0, 0, 0, 3});
  const Output empty = constant(graph, Tensor::zeros(DType::f64, {0, 2}));
  for (const Activation& activation : activations())
    CHECK(evaluate(activation.build(empty)).shape() == Shape{0, 2});
  const Output y = constant(graph, Tensor{1.0});
  CHECK(caught<GraphError>([&] { celu(y, {.alpha = 0}); }).info().op == "celu");
  CHECK_THROWS_AS(celu(y, {.alpha = std::nan("")}), GraphError);
  CHECK_THROWS_AS(hard_sigmoid(x), GraphError);
}

TEST_CASE("large and special operands") {
  const Graph graph;
  const Output x = constant(graph, Tensor{-1000.0, 1000.0, -infinity, infinity, std::nan("")});
  for (const Activation& activation : activations()) {
    CAPTURE(activation.name);
    const Tensor values = evaluate(activation.build(x));
    const auto y = values.data<double>();
    CHECK(y[0] == doctest::Approx(activation.value(-1000)).epsilon(1e-13));
    CHECK(y[1] == doctest::Approx(activation.value(1000)).epsilon(1e-13));
    CHECK(same_value(y[3], activation.value(infinity)));
    CHECK(std::isnan(y[4]));
    const Tensor slopes = evaluate(gradients(reduce_sum(activation.build(x)), {x})[0]);
    CHECK(std::isfinite(slopes.data<double>()[0]));
    CHECK(std::isfinite(slopes.data<double>()[1]));
    CHECK(std::isnan(slopes.data<double>()[4]) == activation.curves_up_to_nan);
  }
  CHECK(evaluate(sigmoid(constant(graph, Tensor{-infinity, infinity}))) == Tensor{0.0, 1.0});
  CHECK(evaluate(softplus(constant(graph, Tensor{-infinity, infinity}))) == Tensor{0.0, infinity});
  CHECK(evaluate(log_sigmoid(constant(graph, Tensor{-infinity, infinity}))) ==
        Tensor{-infinity, 0.0});
}

TEST_CASE("small results of sigmoid and softplus keep their digits") {
  for (const float x : {-20.0F, -50.0F, -80.0F}) {
    const Graph graph;
    const Output operand = constant(graph, Tensor::scalar(x));
    const double wanted = std::exp(static_cast<double>(x));
    CHECK(evaluate(sigmoid(operand)).item<float>() == doctest::Approx(wanted).epsilon(3e-7));
    CHECK(evaluate(softplus(operand)).item<float>() == doctest::Approx(wanted).epsilon(3e-7));
  }
}

TEST_CASE("names, lines and dtypes") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0F});
  const Output y = silu(x, {.name = "act"});
  const int line = __LINE__ - 1;
  CHECK(y.name() == "act");
  for (NodeId id = x.node_id() + 1; id < graph.num_nodes(); ++id) {
    CHECK(graph.node(id).where.line == line);
    CHECK(graph.node(id).name().starts_with("act"));
  }
  CHECK(relu(constant(graph, Tensor{-3, 4})).dtype() == DType::i32);
  CHECK_THROWS_AS(sigmoid(constant(graph, Tensor{1})), GraphError);
  CHECK_THROWS_AS(relu(Output{}), GraphError);
}

}  // namespace
}  // namespace deft
