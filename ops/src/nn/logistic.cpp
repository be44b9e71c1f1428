#include <span>

#include <deft/ops/activations.hpp>
#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>

#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction sigmoid, softplus;
}

namespace {

/// y = 1 / (1 + e^-x): dy/dx = y (1 - y)
std::vector<Output> gradient_sigmoid(const GradientContext& context) {
  const Output& y = context.outputs[0];
  return {mul(context.grads[0], mul(y, sub(1, y)))};
}

/// y = log(1 + e^x): dy/dx = 1 / (1 + e^-x)
std::vector<Output> gradient_softplus(const GradientContext& context) {
  return {mul(context.grads[0], sigmoid(context.inputs[0]))};
}

}  // namespace

namespace builtin {

extern constexpr OpDef sigmoid{
    .name = "sigmoid",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_sigmoid,
    .kernel = map_kernel<elements::sigmoid>,
    .form = map_form<elements::sigmoid>,
};

extern constexpr OpDef softplus{
    .name = "softplus",
    .arity = {1, 1},
    .infer = infer_floating,
    .gradient = gradient_softplus,
    .kernel = map_kernel<elements::softplus>,
    .form = map_form<elements::softplus>,
};

constexpr const OpDef* logistic_list[] = {&sigmoid, &softplus};
extern constexpr std::span<const OpDef* const> logistic_ops = logistic_list;

}  // namespace builtin

Output sigmoid(const Output& x, const NodeOptions& options) {
  return add_node(builtin::sigmoid, {x}, {}, options);
}

Output softplus(const Output& x, const NodeOptions& options) {
  return add_node(builtin::softplus, {x}, {}, options);
}

}  // namespace deft
