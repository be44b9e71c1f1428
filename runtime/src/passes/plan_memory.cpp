#include <algorithm>
#include <limits>

#include <deft/core/error.hpp>

#include "../run_error.hpp"
#include "draft.hpp"

namespace deft {
namespace {

/// Sources have their bytes outside the arena.
void place_sources(const Draft& draft, Plan& plan) {
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const Node& node = draft.node(at);
    if (!draft.needed[at] || node.op->value == nullptr) continue;
    Value& value = plan.values[draft.first_value[at]];
    value.storage = Storage::constant;
    value.place = plan.constants.size();
    plan.constants.push_back(&node.op->value(*node.attributes));
  }
  for (const FeedSpec& feed : draft.request.feeds) {
    const std::uint32_t at = draft.position[feed.placeholder.node];
    if (at == none || !draft.needed[at]) {
      plan.feeds.push_back(none);
      continue;
    }
    Value& value = plan.values[draft.first_value[at]];
    value.storage = Storage::feed;
    value.place = plan.feeds.size();
    plan.feeds.push_back(draft.first_value[at]);
  }
}

void place_variables(const Draft& draft, Plan& plan) {
  plan.variables = draft.variables;
  for (std::size_t i = 0; i < plan.variables.size(); ++i) {
    PlanVariable& variable = plan.variables[i];
    plan.values[variable.start].storage = Storage::variable;
    plan.values[variable.start].place = i;
    if (variable.final == none) continue;
    plan.writes = true;
    plan.values[variable.final].storage = Storage::next;
    plan.values[variable.final].place = i;
  }
}

void place_results(const Draft& draft, Plan& plan) {
  for (const Endpoint fetch : draft.request.fetches) {
    if (draft.graph.node(fetch.node).outputs.empty()) {
      plan.fetches.emplace_back();
      continue;
    }
    const ValueId fetched = draft.value(fetch);
    plan.fetches.push_back({fetched, draft.specs[fetched], fetch.node});
    const ValueId root_id = plan.values[fetched].root;
    Value& root = plan.values[root_id];
    if (root.storage != Storage::unused) continue;
    root.storage = Storage::result;
    root.place = plan.results.size();
    plan.results.push_back({root_id, draft.specs[root_id], fetch.node});
  }
}

NodeId node_of(const Draft& draft, ValueId value) {
  const auto after = std::upper_bound(draft.first_value.begin(), draft.first_value.end(), value);
  return draft.order[static_cast<std::size_t>(after - draft.first_value.begin() - 1)];
}

/// Whether the value at the start of a step is read: by an instruction, or by a fetch.
void drop_unread_starts(Plan& plan) {
  std::vector<bool> read(plan.values.size(), false);
  for (const Instruction& instruction : plan.instructions)
    for (std::uint32_t i = 0; i < instruction.num_inputs; ++i)
      if (const ValueId arg = plan.args[instruction.first_arg + i]; arg != none) read[arg] = true;
  for (const PlanOutput& fetched : plan.fetches)
    if (fetched.value != none) read[plan.values[fetched.value].root] = true;
  for (PlanVariable& variable : plan.variables)
    if (!read[variable.start]) variable.start = none;
}

/// Fills the lists of arguments that have to follow when a value moves.
void list_uses(Plan& plan) {
  plan.first_use.assign(plan.values.size() + 1, 0);
  for (const ValueId arg : plan.args)
    if (arg != none) ++plan.first_use[arg + 1];
  for (std::size_t i = 1; i < plan.first_use.size(); ++i)
    plan.first_use[i] += plan.first_use[i - 1];
  plan.uses.resize(plan.first_use.back());
  std::vector<std::uint32_t> next(plan.first_use.begin(), plan.first_use.end() - 1);
  for (std::uint32_t i = 0; i < plan.args.size(); ++i)
    if (plan.args[i] != none) plan.uses[next[plan.args[i]]++] = i;
}

}  // namespace

std::size_t take_arena(const Draft& draft, Plan& plan, NodeId node, std::size_t bytes) {
  constexpr std::size_t line = 64;
  constexpr std::size_t limit = std::numeric_limits<std::ptrdiff_t>::max() / line * line - line;
  const std::size_t begin = plan.arena_bytes;
  if (bytes > limit - begin)
    refuse_node(
        draft.graph.node(node), draft.graph,
        {.code = ErrorCode::resource_exhausted,
         .message = "needs " + std::to_string(bytes) + " bytes beside " + std::to_string(begin) +
                    " of the same run, together more than 63 bits count",
         .cure = "use smaller tensors"});
  plan.arena_bytes += (bytes + line - 1) / line * line;
  if (bytes > plan.largest_bytes) {
    plan.largest_bytes = bytes;
    plan.largest = node;
  }
  return begin;
}

std::string plan_memory(const Draft& draft, Plan& plan) {
  plan.values.resize(draft.specs.size());
  for (ValueId i = 0; i < plan.values.size(); ++i) plan.values[i].root = draft.roots[i];
  place_sources(draft, plan);
  place_variables(draft, plan);
  place_results(draft, plan);
  for (const ValueId arg : plan.args) {
    if (arg == none) continue;
    Value& value = plan.values[arg];
    if (value.storage != Storage::unused) continue;
    const TensorSpec& spec = draft.specs[arg];
    value.storage = Storage::arena;
    value.place = take_arena(draft, plan, node_of(draft, arg), spec.shape.num_bytes(spec.dtype));
  }
  drop_unread_starts(plan);
  list_uses(plan);
  return std::to_string(plan.arena_bytes) + " bytes";
}

}  // namespace deft
