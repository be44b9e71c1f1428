#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/state.hpp>
#include <deft/runtime/session.hpp>

namespace deft {

/// The weight of element i of a result in the loss.
using Weight = double (*)(std::size_t i);

/// No two alike among 61 neighbours, so that a rule which confuses elements shows; exact in f32.
inline double uneven_weight(std::size_t i) {
  return 0.25 + static_cast<double>((i * 37 + 11) % 61) / 64;
}

struct GradientCheck {
  int orders = 2;
  Weight weight = uneven_weight;
  double tolerance = 1e-9;  // of the largest element of a gradient
};

namespace gradient_check {

/// About 1e-3, and a power of two: x + h is exact, also in f32.
constexpr double h = 1.0 / 1024;

/// What the weights of <weights, ys> are for ys of the shapes of `values`.
inline std::vector<Output> weights_for(const Graph& graph, const std::vector<Tensor>& values,
                                       Weight weight) {
  std::vector<Output> weights;
  std::size_t at = 0;
  for (const Tensor& value : values) {
    Tensor of_value = Tensor::zeros(DType::f64, value.shape());
    for (double& element : of_value.mutable_data<double>()) element = weight(at++);
    weights.push_back(constant(graph, of_value));
  }
  return weights;
}

/// The derivative of <weights, ys> with respect to element `element` of input `input`: the
/// four-point stencil (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, whose error is h^4/30 times the
/// fifth derivative. Differences come before the weights, so that what does not vary cancels.
inline double numerical_derivative(const Callable& ys, const std::vector<Tensor>& at,
                                   std::size_t input, std::size_t element, Weight weight) {
  const auto moved = [&](double steps) {
    std::vector<Tensor> to = at;
    to[input].mutable_data<double>()[element] += steps * h;
    return ys(to);
  };
  const std::vector<Tensor> near_up = moved(1);
  const std::vector<Tensor> near_down = moved(-1);
  const std::vector<Tensor> far_up = moved(2);
  const std::vector<Tensor> far_down = moved(-2);
  double sum = 0;
  std::size_t weight_index = 0;
  for (std::size_t y = 0; y < near_up.size(); ++y)
    for (std::size_t i = 0; i < near_up[y].data<double>().size(); ++i) {
      const auto difference = [&](const std::vector<Tensor>& up, const std::vector<Tensor>& down) {
        return up[y].data<double>()[i] - down[y].data<double>()[i];
      };
      sum += weight(weight_index++) *
             (8 * difference(near_up, near_down) - difference(far_up, far_down));
    }
  return sum / (12 * h);
}

inline Tensor numerical_gradient(const Callable& ys, const std::vector<Tensor>& at,
                                 std::size_t input, Weight weight) {
  Tensor gradient = Tensor::zeros(DType::f64, at[input].shape());
  const auto elements = gradient.mutable_data<double>();
  for (std::size_t i = 0; i < elements.size(); ++i)
    elements[i] = numerical_derivative(ys, at, input, i, weight);
  return gradient;
}

/// Where two gradients differ, in words; empty if they agree.
inline std::string difference(const Tensor& by_rule, const Tensor& by_differences,
                              double tolerance) {
  if (by_rule.spec() != by_differences.spec())
    return "the rule gives " + to_string(by_rule.spec()) + " for an input of " +
           to_string(by_differences.spec());
  const auto rule = by_rule.data<double>();
  const auto numerical = by_differences.data<double>();
  double largest = 0;
  for (std::size_t i = 0; i < rule.size(); ++i)
    largest = std::max({largest, std::abs(rule[i]), std::abs(numerical[i])});
  for (std::size_t i = 0; i < rule.size(); ++i) {
    const double error = std::abs(rule[i] - numerical[i]);
    // An infinite element would allow any error of the others.
    if (!std::isfinite(error) || error > tolerance * largest)
      return "element " + std::to_string(i) + " is " + std::to_string(rule[i]) + " by the rule, " +
             std::to_string(numerical[i]) + " by differences; they differ by " +
             std::to_string(error / largest / tolerance) + " times what is allowed";
  }
  return {};
}

}  // namespace gradient_check

/// Compares the gradient of <weights, y> with respect to the placeholders `xs` (f64), where they
/// are `at`, with differences of y; then the gradient of <weights, that gradient> with differences
/// of that gradient, and so on for `orders`. Returns where they differ, or an empty text.
inline std::string gradient_mismatch(const Output& y, const std::vector<Output>& xs,
                                     const std::vector<Tensor>& at,
                                     const GradientCheck& check = {}) {
  const Graph graph = y.graph();
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  std::vector<Output> ys = {y};
  for (int order = 1; order <= check.orders; ++order) {
    const Callable values = session.prepare(ys, xs);
    const std::vector<Output> weights =
        gradient_check::weights_for(graph, values(at), check.weight);
    const std::vector<Output> symbolic = gradients(ys, xs, {.grad_ys = weights});
    const std::vector<Tensor> by_rule = session.prepare(symbolic, xs)(at);
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const Tensor numerical = gradient_check::numerical_gradient(values, at, i, check.weight);
      const std::string text = gradient_check::difference(by_rule[i], numerical, check.tolerance);
      if (!text.empty())
        return "order " + std::to_string(order) + ", input " + std::to_string(i) + ": " + text;
    }
    ys = symbolic;
  }
  return {};
}

}  // namespace deft
