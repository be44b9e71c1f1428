#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>

#include "op_table.hpp"
#include "widened.hpp"

namespace deft::onnx {
namespace {

/// What an optimizer has of one tensor: the tensor, its gradient, and what it keeps. `inputs` are
/// those of all tensors by kind, and so are the results.
using Step = std::vector<Output> (*)(const NodeContext& node, const std::vector<Output>& inputs);

/// Inputs are the rate, the number of updates before, and for each kind one for each tensor.
template <Step step, std::size_t kinds>
std::vector<Output> import_optimizer(const NodeContext& node) {
  const std::size_t tensors = (node.num_inputs() - 2) / kinds;
  if (node.num_inputs() < 2 + kinds || node.num_inputs() != 2 + tensors * kinds)
    node.refuse("it has " + std::to_string(node.num_inputs()) + " inputs, and needs 2 and " +
                std::to_string(kinds) + " for each tensor");
  std::vector<Output> results(tensors * (kinds - 1));
  for (std::size_t i = 0; i < tensors; ++i) {
    std::vector<Output> inputs;
    for (std::size_t kind = 0; kind < kinds; ++kind)
      inputs.push_back(node.input(2 + kind * tensors + i));
    const std::vector<Output> updated = step(node, inputs);
    for (std::size_t kind = 0; kind + 1 < kinds; ++kind)
      results[kind * tensors + i] = updated[kind];
  }
  return results;
}

/// The rate and the number of updates before, as numbers of f64.
Output rate(const NodeContext& node) { return as_dtype(node.input(0), DType::f64); }
Output updates(const NodeContext& node) { return as_dtype(node.input(1), DType::f64); }

/// The gradient with that of norm_coefficient / 2 |x|^2.
Output regularized(const NodeContext& node, const Output& x, const Output& gradient) {
  return add(mul(x, node.number("norm_coefficient", 0)), gradient);
}

std::vector<Output> adagrad_step(const NodeContext& node, const std::vector<Output>& inputs) {
  const Output& x = inputs[0];
  const Output gradient = regularized(node, x, inputs[1]);
  const Output decayed = rate(node) / (updates(node) * node.number("decay_factor", 0) + 1);
  const Output squares = add(inputs[2], square(gradient));
  const Output scale = add(sqrt(squares), node.number("epsilon", 1e-6));
  return {sub(x, div(mul(as_dtype(decayed, x.dtype()), gradient), scale)), squares};
}

/// The rate is corrected for averages that begin with 0, but not in the update 0.
std::vector<Output> adam_step(const NodeContext& node, const std::vector<Output>& inputs) {
  const double alpha = node.number("alpha", 0.9);
  const double beta = node.number("beta", 0.999);
  const Output& x = inputs[0];
  const Output gradient = regularized(node, x, inputs[1]);
  const Output mean = add(mul(inputs[2], alpha), mul(gradient, 1 - alpha));
  const Output squares = add(mul(inputs[3], beta), mul(square(gradient), 1 - beta));
  const Output count = updates(node);
  const Output corrected = rate(node) * sqrt(1 - pow(beta, count)) / (1 - pow(alpha, count));
  const Output adjusted = as_dtype(where(count > 0, corrected, rate(node)), x.dtype());
  const Output scale = add(sqrt(squares), node.number("epsilon", 1e-6));
  const Output updated = sub(x, mul(adjusted, div(mean, scale)));
  return {mul(updated, 1 - node.number("norm_coefficient_post", 0)), mean, squares};
}

/// beta is 1 in the update 0.
std::vector<Output> momentum_step(const NodeContext& node, const std::vector<Output>& inputs) {
  const double alpha = node.number("alpha");
  const std::string mode = node.text("mode");
  if (mode != "standard" && mode != "nesterov")
    node.refuse("its mode \"" + mode + "\" is none that ONNX knows");
  const Output& x = inputs[0];
  const Output gradient = regularized(node, x, inputs[1]);
  const Output beta = where(updates(node) > 0, fill(x.graph(), x.dtype(), {}, node.number("beta")),
                            fill(x.graph(), x.dtype(), {}, 1));
  const Output momentum = add(mul(inputs[2], alpha), mul(beta, gradient));
  const Output direction = mode == "standard" ? momentum : add(gradient, mul(momentum, alpha));
  return {sub(x, mul(as_dtype(rate(node), x.dtype()), direction)), momentum};
}

/// The gradient of the sum of y with respect to each of xs, which are names of values. The inputs
/// are where it is wanted: that must be where the values of these names are.
std::vector<Output> import_gradient(const NodeContext& node) {
  std::vector<std::string> names = node.texts("xs");
  const std::size_t count = names.size();
  if (node.has("zs"))
    for (const std::string& name : node.texts("zs")) names.push_back(name);
  if (names.size() != node.num_inputs())
    node.refuse("it has " + std::to_string(node.num_inputs()) + " inputs for " +
                std::to_string(names.size()) + " names in xs and zs");
  std::vector<Output> xs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!(node.named(names[i]) == node.input(i)))
      node.refuse("it asks for the gradient at another value of \"" + names[i] +
                  "\" than the graph has; deft differentiates the values of the graph");
    if (i < count) xs.push_back(node.input(i));
  }
  const Output y = node.named(node.text("y"));
  return gradients(y, xs, {.grad_ys = {ones_like(y)}});
}

constexpr std::string_view domain = "ai.onnx.preview.training";
constexpr std::array training{
    OpImport{"Adagrad", import_optimizer<adagrad_step, 3>, 1, domain},
    OpImport{"Adam", import_optimizer<adam_step, 4>, 1, domain},
    OpImport{"Momentum", import_optimizer<momentum_step, 3>, 1, domain},
    OpImport{"Gradient", import_gradient, 1, domain},
};

}  // namespace

std::span<const OpImport> training_ops() { return training; }

}  // namespace deft::onnx
