#include <deft/optim/rules.hpp>

#include <cmath>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/special.hpp>
#include <deft/ops/state.hpp>

namespace deft {

Output OptimizerScope::slot(const Output& variable, std::string_view name, double initial) {
  const Graph graph = variable.graph();
  const NameScope scope(graph, "/" + variable.name());
  return deft::variable(fill(graph, variable.dtype(), variable.shape(), initial,
                             {.name = std::string(name) + "/initial_value", .where = where_}),
                        {.trainable = false, .name = name, .where = where_});
}

Output OptimizerScope::update(const Output& slot, const Output& value) {
  updates_.emplace_back(slot, value);
  return value;
}

Output OptimizerScope::once(const std::string& name, double parameter,
                            const std::function<Output()>& build) {
  const auto [at, is_new] = shared_.try_emplace({name, parameter});
  if (is_new) at->second = build();
  return at->second;
}

namespace {

/// Refuses a number of a rule that is not from 0 on and below 1.
void require_share(const char* rule, const char* what, double value) {
  if (value >= 0 && value < 1) return;
  throw ValueError({.code = ErrorCode::invalid_argument,
                    .message = std::string(what) + " of " + rule + " is " + std::to_string(value),
                    .cure = "give a number from 0 on, below 1"});
}

/// share * average + (1 - share) * value
Output averaged(double share, const Output& average, const Output& value) {
  return share * average + (1 - share) * value;
}

/// 1 - beta^t at update t = count + 1, as f64, without the loss that the power would have.
Output correction(OptimizerScope& scope, double beta) {
  return scope.once("1 - beta^t", beta,
                    [&] { return -expm1((scope.count() + 1.0) * std::log(beta)); });
}

/// A scalar of f64 in the dtype of `like`.
Output as(const Output& scalar, const Output& like) { return cast(scalar, like.dtype()); }

Output direction_of_adam(const Adam& rule, OptimizerScope& scope, const Output& w,
                         const Output& g) {
  const Output m = scope.slot(w, "adam/m");
  const Output v = scope.slot(w, "adam/v");
  const Output new_m = scope.update(m, averaged(rule.beta1, m, g));
  Output spread = scope.update(v, averaged(rule.beta2, v, square(g)));
  if (rule.amsgrad) {
    const Output most = scope.slot(w, "adam/most");
    spread = scope.update(most, maximum(most, spread));
  }
  const Output c1 = correction(scope, rule.beta1);
  const Output c2 = correction(scope, rule.beta2);
  const Output deviation = sqrt(spread * as(1.0 / c2, w));
  const Output floor = rule.form == EpsilonForm::paper ? deviation + rule.epsilon
                                                       : deviation + as(rule.epsilon / sqrt(c2), w);
  return new_m * as(1.0 / c1, w) / floor;
}

Output direction_of_rms_prop(const RmsProp& rule, OptimizerScope& scope, const Output& w,
                             const Output& g) {
  const Output s = scope.slot(w, "rms_prop/square");
  Output spread = scope.update(s, averaged(rule.decay, s, square(g)));
  if (rule.centered) {
    const Output a = scope.slot(w, "rms_prop/mean");
    spread = maximum(spread - square(scope.update(a, averaged(rule.decay, a, g))), 0);
  }
  Output d = g / (sqrt(spread) + rule.epsilon);
  if (rule.momentum == 0) return d;
  const Output v = scope.slot(w, "rms_prop/velocity");
  return scope.update(v, rule.momentum * v + d);
}

}  // namespace

Sgd::operator Rule() const {
  require_share("Sgd", "momentum", momentum);
  if (nesterov && momentum == 0)
    throw ValueError({.code = ErrorCode::invalid_argument,
                      .message = "Sgd has nesterov, but no momentum",
                      .cure = "give it a momentum such as 0.9"});
  return {rate, l2, weight_decay,
          [momentum = momentum, nesterov = nesterov](OptimizerScope& scope, const Output& w,
                                                     const Output& g) {
            if (momentum == 0) return g;
            const Output v = scope.slot(w, "sgd/velocity");
            const Output velocity = scope.update(v, momentum * v + g);
            return nesterov ? g + momentum * velocity : velocity;
          }};
}

Adagrad::operator Rule() const {
  return {rate, l2, weight_decay,
          [initial = initial_accumulator, epsilon = epsilon](OptimizerScope& scope, const Output& w,
                                                             const Output& g) {
            const Output s = scope.slot(w, "adagrad/square", initial);
            return g / (sqrt(scope.update(s, s + square(g))) + epsilon);
          }};
}

RmsProp::operator Rule() const {
  require_share("RmsProp", "decay", decay);
  require_share("RmsProp", "momentum", momentum);
  return {rate, l2, weight_decay,
          [rule = *this](OptimizerScope& scope, const Output& w, const Output& g) {
            return direction_of_rms_prop(rule, scope, w, g);
          }};
}

Adam::operator Rule() const {
  require_share("Adam", "beta1", beta1);
  require_share("Adam", "beta2", beta2);
  return {rate, l2, weight_decay,
          [rule = *this](OptimizerScope& scope, const Output& w, const Output& g) {
            return direction_of_adam(rule, scope, w, g);
          }};
}

AdamW::operator Rule() const {
  return Adam{.rate = rate,
              .beta1 = beta1,
              .beta2 = beta2,
              .epsilon = epsilon,
              .weight_decay = weight_decay};
}

Lion::operator Rule() const {
  require_share("Lion", "beta1", beta1);
  require_share("Lion", "beta2", beta2);
  return {rate, l2, weight_decay,
          [b1 = beta1, b2 = beta2](OptimizerScope& scope, const Output& w, const Output& g) {
            const Output m = scope.slot(w, "lion/m");
            scope.update(m, averaged(b2, m, g));
            return sign(averaged(b1, m, g));
          }};
}

}  // namespace deft
