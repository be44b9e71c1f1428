#include <deft/optim/minimize.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/companions.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/state.hpp>

#include "differentiate.hpp"
#include "refuse_to_minimize.hpp"

namespace deft {
namespace {

std::string line_of(const Output& variable) {
  const SourceLocation where = variable.node().where;
  return "'" + variable.name() + "' (" + where.file + ":" + std::to_string(where.line) + ")";
}

/// One variable, and how it changes.
struct Change {
  Output variable;
  Output gradient;
  std::shared_ptr<const Rule> rule;  // of all variables of a group
};

/// A counter of an update, "<name>/<what>".
Output counter(const Graph& graph, std::string_view what, SourceLocation where) {
  return variable(graph, Tensor::scalar<std::int64_t>(0),
                  {.trainable = false, .name = what, .where = where});
}

/// Builds an update, part by part.
class Update {
 public:
  Update(std::vector<Change> changes, const std::vector<Output>& companions,
         const MinimizeOptions& options)
      : graph_(changes.front().variable.graph()),
        location_(graph_, options.where, ForwardLocation::Outer::kept),
        scope_name_(graph_, options.name, options.where),
        options_(options),
        changes_(std::move(changes)),
        count_(counter(graph_, "count", options.where)),
        scope_(cast(count_, DType::f64), options.where),
        always_(companions) {
    std::ranges::sort(changes_, {}, [](const Change& change) { return change.variable.name(); });
  }

  Training build() {
    std::vector<Output> done;
    if (options_.non_finite == NonFinite::error) done.push_back(checked());
    if (options_.non_finite == NonFinite::skip) skip();
    if (options_.accumulate > 1) accumulate();
    Training made;
    made.gradient_norm = global_norm(gradients());
    transform();
    for (const Change& change : changes_) {
      made.parameters.push_back(change.variable);
      made.updated.push_back(updated(change.variable, changed(change)));
    }
    for (const auto& [slot, value] : scope_.updates()) {
      made.slots.push_back(slot);
      done.push_back(updated(slot, value));
    }
    made.updated_count = updated(count_, count_ + 1);
    done.insert(done.end(), made.updated.begin(), made.updated.end());
    done.push_back(made.updated_count);
    done.insert(done.end(), always_.begin(), always_.end());
    made.slots.insert(made.slots.end(), kept_.begin(), kept_.end());
    done.push_back(advance_global_step(graph_, options_.where));
    made.step = group(done, {.name = "step", .where = options_.where});
    made.count = count_;
    made.skipped = skipped_;
    return made;
  }

 private:
  std::vector<Output> gradients() const {
    std::vector<Output> all;
    for (const Change& change : changes_) all.push_back(change.gradient);
    return all;
  }

  /// For each gradient, and the weight, 0, or NaN if one of its elements is not finite. A sum of
  /// elements that are finite could overflow; a sum of zeros cannot.
  std::vector<Output> zeros_or_nan() const {
    std::vector<Output> sums;
    for (const Change& change : changes_) sums.push_back(reduce_sum(change.gradient * 0));
    if (!options_.weight.is_empty()) sums.push_back(options_.weight * 0);
    return sums;
  }

  Output checked() const {
    std::vector<std::string> what;
    for (const Change& change : changes_)
      what.push_back("the gradient of " + line_of(change.variable));
    if (!options_.weight.is_empty()) what.emplace_back("the weight of the step");
    return check_finite(zeros_or_nan(), {.what = what, .where = options_.where});
  }

  void skip() {
    std::vector<Output> sums;
    for (const Output& sum : zeros_or_nan()) sums.push_back(cast(sum, DType::f64));
    Output finite = equal(add_n(sums), 0.0);
    for (const Transform& transform : options_.before)
      if (transform.on_all) finite = transform.on_all(finite);
    gates_.push_back(finite);
    skipped_ = counter(graph_, "skipped", options_.where);
    always_.push_back(assign_add(skipped_, cast(!finite, DType::i64)));
  }

  /// Gradients become sum(weight g) / sum(weight) over as many steps, of which the last one
  /// updates.
  void accumulate() {
    const Output micro = counter(graph_, "accumulated_steps", options_.where);
    const Output is_last = equal(micro, options_.accumulate - 1);
    // A step that is skipped leaves what has been accumulated as it is.
    const auto keep = [&](const Output& slot, const Output& value) {
      Output kept = where(is_last, zeros_like(value), value);
      for (const Output& gate : gates_) kept = where(gate, kept, slot);
      always_.push_back(assign(slot, kept));
      kept_.push_back(slot);
    };
    const Output weight = options_.weight.is_empty() ? constant(graph_, Tensor::scalar(1.0))
                                                     : cast(options_.weight, DType::f64);
    const Output sum =
        variable(graph_, Tensor::scalar(0.0), {.trainable = false, .name = "accumulated_weight"});
    const Output new_sum = sum + weight;
    const Output divisor = where(equal(new_sum, 0.0), 1.0, new_sum);  // then gradients are 0
    for (Change& change : changes_) {
      const Output slot = scope_.slot(change.variable, "accumulated");
      const Output total = slot + change.gradient * cast(weight, slot.dtype());
      change.gradient = total / cast(divisor, slot.dtype());
      keep(slot, total);
    }
    keep(micro, micro + 1);
    keep(sum, new_sum);
    gates_.push_back(is_last);
  }

  void transform() {
    for (const Transform& transform : options_.before) {
      if (!transform.change)
        refuse_to_minimize("a transformation is empty", "leave it out", options_);
      const std::vector<Output> transformed = transform.change(scope_, gradients());
      if (transformed.size() != changes_.size())
        refuse_to_minimize("a transformation gives " + std::to_string(transformed.size()) +
                               " gradients for " + std::to_string(changes_.size()) + " variables",
                           "return one for each", options_);
      for (std::size_t i = 0; i < changes_.size(); ++i) changes_[i].gradient = transformed[i];
    }
  }

  /// The value of a variable after the update.
  Output changed(const Change& change) {
    const Output& w = change.variable;
    const Rule& rule = *change.rule;
    const Output gradient = rule.l2 == 0 ? change.gradient : change.gradient + rule.l2 * w;
    const Output direction = rule.direction(scope_, w, gradient);
    const Output step = rule.weight_decay == 0 ? direction : direction + rule.weight_decay * w;
    return w - cast(rate_of(rule), w.dtype()) * step;
  }

  /// The rate of a rule, built once.
  Output rate_of(const Rule& rule) {
    const auto [at, is_new] = rates_.try_emplace(&rule);
    if (is_new) at->second = rule.rate.at(scope_.count());
    return at->second;
  }

  /// Assigns `value`, or the value before where this step makes no update.
  Output updated(const Output& variable, Output value) const {
    for (const Output& gate : gates_) value = where(gate, value, variable);
    return assign(variable, value);
  }

  Graph graph_;
  ForwardLocation location_;
  NameScope scope_name_;
  const MinimizeOptions& options_;
  std::vector<Change> changes_;
  Output count_;
  OptimizerScope scope_;
  std::map<const Rule*, Output> rates_;
  std::vector<Output> gates_;   // bool scalars, which all hold where the step makes an update
  std::vector<Output> always_;  // assigns of every step
  std::vector<Output> kept_;    // the variables of those that accumulate
  Output skipped_;
};

Training update(std::vector<Change> changes, const Output& loss,
                const std::vector<Output>& companions, const MinimizeOptions& options) {
  if (changes.empty())
    refuse_to_minimize("there is no variable to change",
                       "make one trainable that the loss depends on", options);
  if (options.accumulate < 1)
    refuse_to_minimize(
        "gradients of " + std::to_string(options.accumulate) + " steps make an update",
        "accumulate at least 1", options);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Output& variable = changes[i].variable;
    if (!is_trainable(variable))
      refuse_to_minimize(line_of(variable) + " is no trainable variable",
                         "list what variable() returned, of a floating dtype and trainable",
                         options);
    const TensorSpec& gradient = changes[i].gradient.spec(options.where);
    if (gradient.dtype != variable.dtype() || !gradient.shape.is_compatible_with(variable.shape()))
      refuse_to_minimize("the gradient of " + line_of(variable) + " is " + to_string(gradient) +
                             ", but the variable " + to_string(variable.spec()),
                         "give gradients of the variables' dtypes and shapes", options);
    if (!changes[i].rule->direction)
      refuse_to_minimize("the rule of " + line_of(variable) + " has no direction",
                         "give Rule::direction a function", options);
    for (std::size_t k = 0; k < i; ++k)
      if (changes[k].variable == variable)
        refuse_to_minimize(line_of(variable) + " is listed twice", "list each variable once",
                           options);
  }
  Training made = Update(std::move(changes), companions, options).build();
  made.loss = loss;
  return made;
}

}  // namespace

Training minimize(const Output& loss, const Rule& rule, const MinimizeOptions& options) {
  const std::vector<Output> variables = parameters(loss);
  const auto shared = std::make_shared<const Rule>(rule);
  std::vector<Change> changes;
  const Differentiated found = differentiate(loss, variables, options);
  for (std::size_t i = 0; i < variables.size(); ++i)
    if (const Output& gradient = found.gradients[i]; !gradient.is_empty())
      changes.push_back({variables[i], gradient, shared});
  return update(std::move(changes), found.loss, companions({loss}, options.where), options);
}

Training minimize(const Output& loss, const std::vector<Output>& variables, const Rule& rule,
                  const MinimizeOptions& options) {
  return minimize(loss, std::vector<Parameters>{{variables, rule}}, options);
}

Training minimize(const Output& loss, const std::vector<Parameters>& groups,
                  const MinimizeOptions& options) {
  std::vector<Output> variables;
  std::vector<Change> changes;
  for (const Parameters& group : groups) {
    const auto shared = std::make_shared<const Rule>(group.rule);
    for (const Output& variable : group.variables) {
      variables.push_back(variable);
      changes.push_back({variable, {}, shared});
    }
  }
  const Differentiated found = differentiate(loss, variables, options);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    changes[i].gradient = found.gradients[i];
    if (changes[i].gradient.is_empty())
      refuse_to_minimize("no gradient of '" + loss.name() + "' reaches " + line_of(variables[i]),
                         "list variables that the loss depends on", options);
  }
  return update(std::move(changes), found.loss, companions({loss}, options.where), options);
}

Training apply_gradients(const std::vector<Output>& gradients, const std::vector<Output>& variables,
                         const Rule& rule, const MinimizeOptions& options) {
  if (gradients.size() != variables.size())
    refuse_to_minimize(std::to_string(gradients.size()) + " gradients are given for " +
                           std::to_string(variables.size()) + " variables",
                       "give one gradient for each variable", options);
  const auto shared = std::make_shared<const Rule>(rule);
  std::vector<Change> changes;
  for (std::size_t i = 0; i < variables.size(); ++i)
    changes.push_back({variables[i], gradients[i], shared});
  return update(std::move(changes), {}, {}, options);
}

}  // namespace deft
