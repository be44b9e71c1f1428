#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/optim/schedules.hpp>

namespace deft {

/// What an update is built in: where rules and transformations find the count, and keep slots.
class OptimizerScope {
 public:
  /// `count` is the number of updates made before, an f64 scalar.
  OptimizerScope(Output count, SourceLocation where) : count_(std::move(count)), where_(where) {}

  const Output& count() const { return count_; }

  /// A variable named "<variable>/<name>", such as "first/weight/adam/m", of the dtype and shape of
  /// `variable` and `initial` everywhere. It is not trainable, and is saved and restored as all
  /// variables are.
  Output slot(const Output& variable, std::string_view name, double initial = 0);

  /// Makes `value` what the slot has after the update; returns `value`.
  Output update(const Output& slot, const Output& value);

  /// What `build` makes when it is first asked for under this name and parameter: a scalar that all
  /// variables of a rule share.
  Output once(const std::string& name, double parameter, const std::function<Output()>& build);

  /// The slots and what they become, in the order of `update`.
  const std::vector<std::pair<Output, Output>>& updates() const { return updates_; }

 private:
  Output count_;
  SourceLocation where_;
  std::vector<std::pair<Output, Output>> updates_;
  std::map<std::pair<std::string, double>, Output> shared_;
};

/// How a variable w changes, given the gradient g of a loss and the rate r of the update:
///
///     w - r (direction(g + l2 w) + weight_decay w)
///
/// l2 is the gradient of a penalty l2 |w|^2 / 2, which the rule sees; weight_decay is decoupled
/// from the rule (I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", 2019).
/// Everything on the right is a value from before the step. A rule of one's own is a Rule with a
/// `direction` that builds graph; those below are made of their structs.
struct Rule {
  Rate rate;
  double l2 = 0;
  double weight_decay = 0;
  std::function<Output(OptimizerScope& scope, const Output& variable, const Output& gradient)>
      direction;
};

/// v = momentum v + g; the direction is v, or with nesterov g + momentum v (I. Sutskever et al.,
/// "On the importance of initialization and momentum in deep learning", 2013); without momentum g.
struct Sgd {
  Rate rate;
  double momentum = 0;
  bool nesterov = false;
  double l2 = 0;
  double weight_decay = 0;

  operator Rule() const;
};

/// s = s + g^2; the direction is g / (sqrt(s) + epsilon) (J. Duchi, E. Hazan and Y. Singer,
/// "Adaptive subgradient methods", 2011).
struct Adagrad {
  Rate rate = 1e-2;
  double epsilon = 1e-10;
  double initial_accumulator = 0;
  double l2 = 0;
  double weight_decay = 0;

  operator Rule() const;
};

/// s = decay s + (1 - decay) g^2, and d = g / (sqrt(s) + epsilon); centered: with s - a^2 in place
/// of s, where a = decay a + (1 - decay) g. The direction is d, or with momentum v = momentum v + d
/// (T. Tieleman and G. Hinton, 2012; A. Graves, 2013).
struct RmsProp {
  Rate rate = 1e-2;
  double decay = 0.99;
  double epsilon = 1e-8;
  double momentum = 0;
  bool centered = false;
  double l2 = 0;
  double weight_decay = 0;

  operator Rule() const;
};

/// Where Adam adds epsilon.
enum class EpsilonForm : std::uint8_t {
  paper,  // m' / (sqrt(v') + epsilon)
  hat,    // m' / (sqrt(v') + epsilon / sqrt(1 - beta2^t)), of TensorFlow and Keras
};

/// m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2; m' = m / (1 - beta1^t), v' = v / (1
/// - beta2^t) at update t, from 1 on, always. The direction is m' / (sqrt(v') + epsilon) (D. P.
/// Kingma and J. Ba, "Adam: a method for stochastic optimization", 2015). With amsgrad the largest
/// v so far stands for v (S. J. Reddi, S. Kale and S. Kumar, "On the convergence of Adam and
/// beyond", 2018).
struct Adam {
  Rate rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  bool amsgrad = false;
  double l2 = 0;
  double weight_decay = 0;
  EpsilonForm form = EpsilonForm::paper;

  operator Rule() const;
};

/// Adam with decoupled weight decay.
struct AdamW {
  Rate rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;

  operator Rule() const;
};

/// The direction is sign(beta1 m + (1 - beta1) g); then m = beta2 m + (1 - beta2) g (X. Chen et
/// al., "Symbolic discovery of optimization algorithms", 2023).
struct Lion {
  Rate rate = 1e-4;
  double beta1 = 0.9;
  double beta2 = 0.99;
  double l2 = 0;
  double weight_decay = 0;

  operator Rule() const;
};

}  // namespace deft
