#include <deft/ops/activations.hpp>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/softmax.hpp>

#include "handlers/handlers.hpp"
#include "handlers/layout.hpp"

// Activations, biases, and their gradients as TensorFlow computes them, of the result where it
// does.
namespace deft::tensorflow {
namespace {

using Activation = Output (*)(const Output&, const NodeOptions&);

template <Activation f>
std::vector<Output> activation(const NodeContext& context) {
  return {f(context.input(0), context.options())};
}

template <Output (*f)(const Output&, const SlopeOptions&)>
std::vector<Output> slope(const NodeContext& context) {
  return {f(context.input(0),
            {.alpha = context.number("alpha", f == elu ? 1.0F : 0.2F), .name = context.name()})};
}

template <Output (*f)(const Output&, const SoftmaxOptions&)>
std::vector<Output> of_rows(const NodeContext& context) {
  return {f(context.input(0), {.name = context.name()})};
}

std::vector<Output> relu6_handler(const NodeContext& context) {
  return {clip(context.input(0), 0, 6, context.options())};
}

std::vector<Output> selu_handler(const NodeContext& context) {
  return {selu(context.input(0), {.name = context.name()})};
}

/// dy where x > 0; x is the operand or the result.
std::vector<Output> relu_grad_handler(const NodeContext& context) {
  const Output is_on = context.inside([&] { return context.input(1) > 0; });
  return {where(is_on, context.input(0), 0, context.options())};
}

/// dy where 0 < x < 6.
std::vector<Output> relu6_grad_handler(const NodeContext& context) {
  const Output& x = context.input(1);
  const Output is_on = context.inside([&] { return x > 0 && x < 6; });
  return {where(is_on, context.input(0), 0, context.options())};
}

std::vector<Output> leaky_relu_grad_handler(const NodeContext& context) {
  const Output& dy = context.input(0);
  const auto [is_on, small] = context.inside(
      [&] { return std::pair(context.input(1) > 0, dy * context.number("alpha", 0.2F)); });
  return {where(is_on, dy, small, context.options())};
}

/// Of y = elu(x): dy where y >= 0, else dy (y + 1).
std::vector<Output> elu_grad_handler(const NodeContext& context) {
  const Output& dy = context.input(0);
  const Output& y = context.input(1);
  const auto [is_on, other] = context.inside([&] { return std::pair(y >= 0, (y + 1) * dy); });
  return {where(is_on, dy, other, context.options())};
}

/// Of y = 1 / (1 + e^-x): dy y (1 - y).
std::vector<Output> sigmoid_grad_handler(const NodeContext& context) {
  const Output& y = context.input(0);
  const Output part = context.inside([&] { return context.input(1) * y; });
  return {mul(part, context.inside([&] { return 1 - y; }), context.options())};
}

/// Of y = tanh(x): dy (1 - y^2).
std::vector<Output> tanh_grad_handler(const NodeContext& context) {
  const Output slope = context.inside([&] { return 1 - square(context.input(0)); });
  return {mul(context.input(1), slope, context.options())};
}

/// dy / (1 + e^-x)
std::vector<Output> softplus_grad_handler(const NodeContext& context) {
  const Output divisor = context.inside([&] { return exp(-context.input(1)) + 1; });
  return {div(context.input(0), divisor, context.options())};
}

/// dy / (1 + |x|)^2
std::vector<Output> softsign_grad_handler(const NodeContext& context) {
  const Output divisor = context.inside([&] { return square(1 + abs(context.input(1))); });
  return {div(context.input(0), divisor, context.options())};
}

std::vector<Output> bias_add_handler(const NodeContext& context) {
  const Output& x = context.input(0);
  Output bias = context.input(1);
  if (is_channels_first(context))
    context.inside([&] {
      for (std::size_t i = 2; i < x.shape().rank(); ++i) bias = expand_dims(bias, -1);
    });
  return {add(x, bias, context.options())};
}

std::vector<Output> bias_add_grad_handler(const NodeContext& context) {
  const Output& dy = context.input(0);
  const auto rank = static_cast<std::int64_t>(dy.shape().rank());
  const std::int64_t channels = is_channels_first(context) ? 1 : rank - 1;
  std::vector<std::int64_t> axes;
  for (std::int64_t axis = 0; axis < rank; ++axis)
    if (axis != channels) axes.push_back(axis);
  return {reduce_sum(dy, {.axes = axes, .name = context.name()})};
}

constexpr OpHandler handlers[] = {
    {"BiasAdd", bias_add_handler},
    {"BiasAddGrad", bias_add_grad_handler},
    {"BiasAddV1", bias_add_handler},
    {"Elu", slope<elu>},
    {"EluGrad", elu_grad_handler},
    {"LeakyRelu", slope<leaky_relu>},
    {"LeakyReluGrad", leaky_relu_grad_handler},
    {"LogSoftmax", of_rows<log_softmax>},
    {"Relu", activation<relu>},
    {"Relu6", relu6_handler},
    {"Relu6Grad", relu6_grad_handler},
    {"ReluGrad", relu_grad_handler},
    {"Selu", selu_handler},
    {"Sigmoid", activation<sigmoid>},
    {"SigmoidGrad", sigmoid_grad_handler},
    {"Softmax", of_rows<softmax>},
    {"Softplus", activation<softplus>},
    {"SoftplusGrad", softplus_grad_handler},
    {"Softsign", activation<softsign>},
    {"SoftsignGrad", softsign_grad_handler},
    {"Tanh", activation<tanh>},
    {"TanhGrad", tanh_grad_handler},
};

}  // namespace

constinit const OpHandlers activation_handlers = handlers;

}  // namespace deft::tensorflow
