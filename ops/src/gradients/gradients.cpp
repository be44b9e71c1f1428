#include <deft/ops/gradients.hpp>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "gradient_check.hpp"
#include "visits.hpp"

namespace deft {
namespace {

NodeId first_of(const std::vector<Output>& ys, const std::vector<Output>& xs) {
  NodeId first = ys.front().node_id();
  for (const auto* list : {&ys, &xs})
    for (const Output& output : *list) first = std::min(first, output.node_id());
  return first;
}

NodeId last_of(const std::vector<Output>& ys, const std::vector<Output>& xs) {
  NodeId last = 0;
  for (const auto* list : {&ys, &xs})
    for (const Output& output : *list) last = std::max(last, output.node_id());
  return last;
}

Output as_dtype(const Output& x, DType dtype) { return x.dtype() == dtype ? x : cast(x, dtype); }

/// f16 and bf16 are summed by way of f32.
Output summable(const Output& x) {
  return is_floating_at_rest(x.dtype()) ? cast(x, DType::f32) : x;
}

/// Reverse accumulation over the nodes that the ys depend on, from the first x on. Node order is a
/// topological order, so that it is enough to go over the nodes twice, and nothing recurses.
class Walk {
 public:
  Walk(const std::vector<Output>& ys, const std::vector<Output>& xs, const GradientOptions& options)
      : graph_(ys.front().graph()),
        ys_(ys),
        options_(options),
        visits_(first_of(ys, xs), last_of(ys, xs)) {
    find_dependencies();
    for (const Output& x : xs) {
      visits_.add(x.node_id());
      visits_.find(x.node_id())->is_x = true;
    }
    for (const Output& stop : options.stop_gradients)
      if (Visit* const at = visits_.find(stop.node_id())) at->stops = true;
  }

  void run() {
    const std::vector<NodeId> order = visits_.descending();
    for (auto id = order.rbegin(); id != order.rend(); ++id) mark_forward(*id);
    seed();
    for (const NodeId id : order) back_propagate(id);
  }

  /// The gradient with respect to x, or an empty Output for a known zero.
  Output result(const Output& x) {
    Visit& at = *visits_.find(x.node_id());
    if (!at.reached && options_.unconnected == Unconnected::error)
      refuse_unconnected(ys_, x, options_);
    const ForwardLocation location(graph_, x.node().where);
    return accumulate(at, x.index());
  }

 private:
  void find_dependencies() {
    std::vector<NodeId> open;
    const auto add = [&](NodeId id) {
      if (visits_.add(id)) open.push_back(id);
    };
    for (const Output& y : ys_) add(y.node_id());
    while (!open.empty()) {
      const NodeId id = open.back();
      open.pop_back();
      for (const Endpoint input : graph_.node(id).inputs) add(input.node);
    }
  }

  /// Calls `use` for the inputs of a node that its outputs depend on: by more than their shapes.
  template <class Use>
  void for_each_input(const Node& node, Use use) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (node.op->needs_value(i))
        if (Visit* const input = visits_.find(node.inputs[i].node)) use(*input);
  }

  bool is_stopped(const Output& output) const {
    const auto& stops = options_.stop_gradients;
    return std::find(stops.begin(), stops.end(), output) != stops.end();
  }

  void mark_forward(NodeId id) {
    Visit& here = *visits_.find(id);
    here.leads_to_x = here.is_x;
    for_each_input(graph_.node(id), [&](const Visit& input) {
      here.leads_to_x = here.leads_to_x || input.leads_to_x;
    });
  }

  void seed() {
    for (std::size_t i = 0; i < ys_.size(); ++i) {
      Visit& at = *visits_.find(ys_[i].node_id());
      at.reached = true;
      const Output grad = options_.grad_ys.empty() ? ones_like(ys_[i], {.where = options_.where})
                                                   : options_.grad_ys[i];
      at.grads.emplace_back(ys_[i].index(), grad);
    }
  }

  /// The sum of the contributions to output `index`, in node order.
  Output accumulate(Visit& at, std::uint32_t index) {
    std::vector<Output> terms;
    for (const auto& [of, grad] : at.grads)
      if (of == index) terms.push_back(grad);
    if (terms.empty()) return {};
    if (terms.size() == 1) return terms.front();
    std::reverse(terms.begin(), terms.end());
    std::erase_if(at.grads, [index](const auto& entry) { return entry.first == index; });
    const DType dtype = terms.front().dtype();
    for (Output& term : terms) term = summable(term);
    at.grads.emplace_back(index, as_dtype(add_n(terms, {.where = options_.where}), dtype));
    return at.grads.back().second;
  }

  void back_propagate(NodeId id) {
    Visit& here = *visits_.find(id);
    const Node& node = graph_.node(id);
    if (!here.reached || !here.leads_to_x || node.inputs.empty()) return;
    const ForwardLocation location(graph_, node.where);
    std::vector<Output> outputs;
    std::vector<Output> grads;
    bool any_grad = false;
    bool passes = false;
    for (std::uint32_t i = 0; i < node.outputs.size(); ++i) {
      outputs.push_back(graph_.output({id, i}));
      const bool stopped = here.stops && is_stopped(outputs.back());
      passes = passes || !stopped;
      grads.push_back(stopped ? Output{} : accumulate(here, i));
      any_grad = any_grad || !grads.back().is_empty();
    }
    if (passes) for_each_input(node, [](Visit& input) { input.reached = true; });
    if (any_grad) apply_rule(id, node, outputs, grads);
    if (!here.is_x) here.grads = {};
  }

  void apply_rule(NodeId id, const Node& node, const std::vector<Output>& outputs,
                  const std::vector<Output>& grads) {
    if (node.op->gradient == nullptr) refuse_no_rule(graph_, id, ys_, options_);
    std::vector<Output> inputs;
    for (const Endpoint input : node.inputs) inputs.push_back(graph_.output(input));
    const std::vector<Output> entries = entries_of({node, inputs, outputs, grads});
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (entries[i].is_empty()) continue;
      Visit* const into = visits_.find(inputs[i].node_id());
      if (into != nullptr && into->leads_to_x)
        into->grads.emplace_back(inputs[i].index(), unbroadcast(node, i, entries[i], inputs[i]));
    }
  }

  static std::vector<Output> entries_of(const GradientContext& context) {
    std::vector<Output> entries;
    try {
      entries = context.node.op->gradient(context);
    } catch (...) {
      refuse_failed_rule(context.node);
    }
    check_rule_result(context.node, context.inputs, entries);
    return entries;
  }

  /// Sums the entry for input `i` over the dimensions along which the input was broadcast. Unknown
  /// dimensions are compared in the run.
  static Output unbroadcast(const Node& node, std::size_t i, const Output& entry,
                            const Output& input) {
    if (entry.shape() == input.shape() && entry.shape().is_fully_defined()) return entry;
    try {
      return as_dtype(sum_like(summable(entry), input), entry.dtype());
    } catch (const GraphError& error) {
      if (error.code() == ErrorCode::resource_exhausted) throw;
      refuse_rule(node, ErrorCode::internal,
                  "gave " + to_string(entry.spec()) + " for input " + std::to_string(i) + " of " +
                      to_string(input.spec()) + ", which does not broadcast to that");
    }
  }

  Graph graph_;
  const std::vector<Output>& ys_;
  const GradientOptions& options_;
  Visits visits_;
};

}  // namespace

std::vector<Output> gradients(const std::vector<Output>& ys, const std::vector<Output>& xs,
                              const GradientOptions& options) {
  check_gradient_arguments(ys, xs, options);
  const NameScope scope(ys.front().graph(), "gradients", options.where);
  Walk walk(ys, xs, options);
  walk.run();
  std::vector<Output> results;
  for (const Output& x : xs) {
    Output grad = walk.result(x);
    const bool fill = grad.is_empty() && options.unconnected != Unconnected::none;
    results.push_back(fill ? zeros_like(x, {.where = options.where}) : std::move(grad));
  }
  return results;
}

std::vector<Output> gradients(const Output& y, const std::vector<Output>& xs,
                              const GradientOptions& options) {
  return gradients(std::vector<Output>{y}, xs, options);
}

Output gradient(const Output& y, const Output& x, const GradientOptions& options) {
  return gradients(y, {x}, options).at(0);
}

}  // namespace deft
