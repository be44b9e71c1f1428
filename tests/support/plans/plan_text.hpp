#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <vector>

#include <deft/deft.hpp>

#include "plan/draft.hpp"
#include "plan/plan.hpp"
#include "plan/rewriting.hpp"

namespace deft {

/// A text, which a failed check prints.
struct Lines : std::vector<std::string> {
  using vector::vector;

  friend std::ostream& operator<<(std::ostream& out, const Lines& lines) {
    for (const std::string& line : lines) out << "\n  " << line;
    return out;
  }
};

/// "(a, b)"
inline std::string arguments_text(const Lines& arguments) {
  std::string text = "(";
  for (const std::string& argument : arguments) text += (text.size() == 1 ? "" : ", ") + argument;
  return text + ")";
}

/// A plan in the making, which a test takes through its passes one by one.
class Drafting {
 public:
  using Pass = std::string (*)(Draft&);

  Drafting(const Graph& graph, const std::vector<Output>& fetches, const Feeds& feeds = {},
           const PlanOptions& options = {.optimizations = Optimizations::none()})
      : options_(options) {
    for (const Output& fetch : fetches) request_.fetches.push_back(fetch.endpoint());
    for (const Feed& feed : feeds.list())
      request_.feeds.push_back({feed.placeholder.endpoint(), feed.value.shape()});
    draft_.graph = graph;
  }
  Drafting(const Drafting&) = delete;  // the draft refers to the rest
  Drafting& operator=(const Drafting&) = delete;

  Draft& draft() { return draft_; }

  Drafting& through(std::initializer_list<Pass> passes) {
    for (const Pass pass : passes) pass(draft_);
    return *this;
  }
  /// The passes of every plan, up to those that rewrite.
  Drafting& begin() {
    through({collect, prune, infer_shapes, order_effects});
    begin_rewriting(draft_);
    return *this;
  }

  /// What is to be computed, a line each: "y = mul(x, shape of z) after step".
  Lines text() const {
    Lines lines;
    for (std::uint32_t at = 0; at < draft_.order.size(); ++at) {
      if (!draft_.needed.empty() && !draft_.needed[at]) continue;
      lines.push_back(name(at) + " = " + std::string(draft_.op(at).name) +
                      arguments_text(inputs(at)) + waits(at));
    }
    return lines;
  }

 private:
  std::string name(std::size_t at) const { return draft_.node(at).name(); }

  Lines inputs(std::size_t at) const {
    Lines names;
    const auto add = [&](const std::string& input) {
      names.push_back((draft_.op(at).needs_value(names.size()) ? "" : "shape of ") + input);
    };
    if (draft_.op(at).kernel == nullptr) return names;  // perhaps now, in place of an operation
    if (draft_.inputs.empty())
      for (const Endpoint input : draft_.node(at).inputs) add(name(draft_.position[input.node]));
    else
      for (const ValueId input : draft_.inputs_of(at)) add(name(maker_of(input)));
    return names;
  }

  std::size_t maker_of(ValueId value) const {
    const auto next = std::ranges::upper_bound(draft_.first_value, value);
    return static_cast<std::size_t>(next - draft_.first_value.begin()) - 1;
  }

  /// The control dependencies: as written until `prune` has taken them up, then those that are
  /// left.
  std::string waits(std::uint32_t at) const {
    std::string text;
    const auto add = [&](NodeId before) {
      text += (text.empty() ? " after " : ", ") + draft_.graph.node(before).name();
    };
    if (!draft_.waits.empty()) {
      for (const auto& [after, before] : draft_.controls)
        if (after == at && std::ranges::count(draft_.waits_of(at), before) != 0)
          add(draft_.order[before]);
      return text;
    }
    for (const NodeId before : draft_.node(at).control_inputs) add(before);
    for (const auto& [before, after] : draft_.graph.added_control_edges())
      if (after == draft_.order[at]) add(before);
    return text;
  }

  PlanRequest request_;
  PlanOptions options_;
  Draft draft_{.graph = Graph(), .request = request_, .options = options_};
};

/// Where the bytes of a value are: "arena 64", "feed 0", "variable w".
inline std::string place_text(const Plan& plan, ValueId id) {
  if (id == none) return "shape";
  const Value& value = plan.values[id];
  const std::string place = std::to_string(value.place);
  const auto variable = [&] { return plan.graph.node(plan.variables[value.place].node).name(); };
  switch (value.storage) {
    case Storage::unused:
      return "unused";
    case Storage::arena:
      return "arena " + place;
    case Storage::constant:
      return "constant " + place;
    case Storage::feed:
      return "feed " + place;
    case Storage::variable:
      return "variable " + variable();
    case Storage::next:
      return "next " + variable();
    case Storage::result:
      return "result " + place;
  }
  return "";
}

/// The instructions of a plan, a line each: "arena 0 = mul(feed 0, variable w)".
inline Lines text_of(const Plan& plan) {
  Lines lines;
  for (std::uint32_t i = 0; i < plan.instructions.size(); ++i) {
    const Instruction& instruction = plan.instructions[i];
    Lines inputs;
    for (std::uint32_t k = 0; k < instruction.num_inputs; ++k)
      inputs.push_back(place_text(plan, plan.args[instruction.first_arg + k]));
    std::string outputs;
    for (const ValueId output : plan.outputs_of(i))
      outputs += (outputs.empty() ? "" : ", ") + place_text(plan, output);
    lines.push_back((outputs.empty() ? "" : outputs + " = ") + std::string(plan.op_of(i)) +
                    arguments_text(inputs));
  }
  return lines;
}

}  // namespace deft
