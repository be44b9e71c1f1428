#include <deft/core/scope.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/state.hpp>

#include "handlers/handlers.hpp"

// The updates of optimizers, with the operations of TensorFlow's kernels (training_ops.cc) in their
// order, so that every rounding is the same. The result is the assign of the variable itself, which
// comes after those of its slots.
namespace deft::tensorflow {
namespace {

/// The update of a variable by one node.
class Update {
 public:
  explicit Update(const NodeContext& context) : context_(context) {}

  /// Gives slot `i` a new value, which is the result.
  Output slot(std::size_t i, const Output& value) {
    Output made =
        context_.inside([&] { return assign(context_.variable(i), value, {.name = "slot"}); });
    slots_.push_back(made);
    return made;
  }

  /// The assign of `variable - step`.
  std::vector<Output> subtract(const Output& step) const {
    const ControlDependencies after(context_.graph(), slots_);
    return {assign_sub(context_.variable(0), step, context_.options())};
  }
  std::vector<Output> add(const Output& step) const {
    const ControlDependencies after(context_.graph(), slots_);
    return {assign_add(context_.variable(0), step, context_.options())};
  }

 private:
  const NodeContext& context_;
  std::vector<Output> slots_;
};

/// var, rate, grad
std::vector<Output> gradient_descent(const NodeContext& context) {
  return Update(context).subtract(
      context.inside([&] { return context.input(2) * context.input(1); }));
}

/// var, accum, rate, grad, momentum
std::vector<Output> momentum(const NodeContext& context) {
  Update update(context);
  const Output& rate = context.input(2);
  const Output& grad = context.input(3);
  const Output& factor = context.input(4);
  const Output accum =
      update.slot(1, context.inside([&] { return context.variable(1) * factor + grad; }));
  const bool is_nesterov = context.boolean("use_nesterov", false);
  return update.subtract(context.inside(
      [&] { return is_nesterov ? grad * rate + accum * factor * rate : accum * rate; }));
}

/// var, accum, rate, grad, momentum; the rate is part of the accumulated steps.
std::vector<Output> keras_momentum(const NodeContext& context) {
  Update update(context);
  const Output& factor = context.input(4);
  const Output step = context.inside([&] { return context.input(3) * context.input(2); });
  const Output accum =
      update.slot(1, context.inside([&] { return context.variable(1) * factor - step; }));
  if (!context.boolean("use_nesterov", false)) return update.add(accum);
  return update.add(context.inside([&] { return accum * factor - step; }));
}

/// var, accum, rate, grad
std::vector<Output> adagrad(const NodeContext& context) {
  Update update(context);
  const Output& grad = context.input(3);
  Output accum = context.variable(1);
  if (context.boolean("update_slots", true))
    accum = update.slot(1, context.inside([&] { return context.variable(1) + square(grad); }));
  return update.subtract(context.inside([&] { return grad * context.input(2) * rsqrt(accum); }));
}

/// var, accum, rate, epsilon, grad
std::vector<Output> adagrad_v2(const NodeContext& context) {
  Update update(context);
  const Output& grad = context.input(4);
  Output accum = context.variable(1);
  if (context.boolean("update_slots", true))
    accum = update.slot(1, context.inside([&] { return context.variable(1) + square(grad); }));
  return update.subtract(
      context.inside([&] { return grad * context.input(2) / (sqrt(accum) + context.input(3)); }));
}

/// var, m, v, beta1^t, beta2^t, rate, beta1, beta2, epsilon, grad
std::vector<Output> adam(const NodeContext& context) {
  Update update(context);
  const Output& beta1 = context.input(6);
  const Output& beta2 = context.input(7);
  const Output& grad = context.input(9);
  const Output alpha = context.inside(
      [&] { return context.input(5) * sqrt(1 - context.input(4)) / (1 - context.input(3)); });
  const Output m = update.slot(1, context.inside([&] {
    const Output& old = context.variable(1);
    return old + (grad - old) * (1 - beta1);
  }));
  const Output v = update.slot(2, context.inside([&] {
    const Output& old = context.variable(2);
    return old + (square(grad) - old) * (1 - beta2);
  }));
  const bool is_nesterov = context.boolean("use_nesterov", false);
  return update.subtract(context.inside([&] {
    const Output step = is_nesterov ? (grad * (1 - beta1) + beta1 * m) * alpha : m * alpha;
    return step / (sqrt(v) + context.input(8));
  }));
}

/// var, ms, mom, rate, rho, momentum, epsilon, grad
std::vector<Output> rms_prop(const NodeContext& context) {
  Update update(context);
  const Output& grad = context.input(7);
  const Output ms = update.slot(1, context.inside([&] {
    const Output& old = context.variable(1);
    return old + (square(grad) - old) * (1 - context.input(4));
  }));
  const Output mom = update.slot(2, context.inside([&] {
    return context.variable(2) * context.input(5) +
           grad * context.input(3) / sqrt(ms + context.input(6));
  }));
  return update.subtract(mom);
}

/// var, mg, ms, mom, rate, rho, momentum, epsilon, grad
std::vector<Output> centered_rms_prop(const NodeContext& context) {
  Update update(context);
  const Output& grad = context.input(8);
  const auto moved = [&](std::size_t i, const Output& to) {
    const Output& old = context.variable(i);
    return update.slot(i,
                       context.inside([&] { return old + (to - old) * (1 - context.input(5)); }));
  };
  const Output ms = moved(2, context.inside([&] { return square(grad); }));
  const Output mg = moved(1, grad);
  const Output mom = update.slot(3, context.inside([&] {
    const Output deviation = ms - square(mg) + context.input(7);
    return context.variable(3) * context.input(6) + grad * context.input(4) / sqrt(deviation);
  }));
  return update.subtract(mom);
}

/// var, accum, accum_update, rate, rho, epsilon, grad
std::vector<Output> adadelta(const NodeContext& context) {
  Update update(context);
  const Output& rho = context.input(4);
  const Output& epsilon = context.input(5);
  const Output& grad = context.input(6);
  const auto decayed = [&](std::size_t i, const Output& value) {
    return update.slot(
        i, context.inside([&] { return context.variable(i) * rho + square(value) * (1 - rho); }));
  };
  const Output accum = decayed(1, grad);
  const Output step = context.inside(
      [&] { return sqrt(context.variable(2) + epsilon) * rsqrt(accum + epsilon) * grad; });
  decayed(2, step);
  return update.subtract(context.inside([&] { return step * context.input(3); }));
}

constexpr OpHandler handlers[] = {
    {"ApplyAdadelta", adadelta, true},
    {"ApplyAdagrad", adagrad, true},
    {"ApplyAdagradV2", adagrad_v2, true},
    {"ApplyAdam", adam, true},
    {"ApplyCenteredRMSProp", centered_rms_prop, true},
    {"ApplyGradientDescent", gradient_descent, true},
    {"ApplyMomentum", momentum, true},
    {"ApplyRMSProp", rms_prop, true},
    {"ResourceApplyAdadelta", adadelta, true},
    {"ResourceApplyAdagrad", adagrad, true},
    {"ResourceApplyAdagradV2", adagrad_v2, true},
    {"ResourceApplyAdam", adam, true},
    {"ResourceApplyCenteredRMSProp", centered_rms_prop, true},
    {"ResourceApplyGradientDescent", gradient_descent, true},
    {"ResourceApplyKerasMomentum", keras_momentum, true},
    {"ResourceApplyMomentum", momentum, true},
    {"ResourceApplyRMSProp", rms_prop, true},
};

}  // namespace

constinit const OpHandlers optimizer_handlers = handlers;

}  // namespace deft::tensorflow
