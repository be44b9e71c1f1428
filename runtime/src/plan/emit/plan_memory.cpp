#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include <deft/core/error.hpp>

#include "arena.hpp"
#include "run_error.hpp"

namespace deft {
namespace {

std::size_t bytes_of(const TensorSpec& spec) { return spec.shape.num_bytes(spec.dtype); }

/// The bytes of constants that the plan itself has computed, each given as (first byte, bytes). A
/// constant that only renames one of the graph's takes none.
std::size_t bytes_of_folded(const Draft& draft,
                            std::vector<std::pair<const void*, std::size_t>> folded) {
  if (folded.empty()) return 0;
  std::ranges::sort(folded, std::less<>());
  folded.erase(std::unique(folded.begin(), folded.end()), folded.end());
  std::size_t bytes = 0;
  for (const auto& each : folded) bytes += each.second;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const Node& node = draft.node(at);
    if (node.op->value == nullptr) continue;
    const void* const graphs = node.op->value(*node.attributes).raw();
    const auto found = std::ranges::lower_bound(folded, graphs, std::less<>(),
                                                &std::pair<const void*, std::size_t>::first);
    if (found == folded.end() || found->first != graphs) continue;
    bytes -= std::exchange(found->second, 0);
  }
  return bytes;
}

/// Sources have their bytes outside the arena.
void place_sources(const Draft& draft, Plan& plan) {
  std::vector<std::pair<const void*, std::size_t>> folded;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const Operation& operation = draft.operations[at];
    if (!draft.needed[at] || operation.op->value == nullptr) continue;
    Value& value = plan.values[draft.first_value[at]];
    value.storage = Storage::constant;
    value.place = plan.constants.size();
    plan.constants.push_back(&operation.op->value(*operation.attributes));
    if (operation.attributes != draft.node(at).attributes.get())
      folded.emplace_back(plan.constants.back()->raw(), plan.constants.back()->num_bytes());
  }
  plan.folded_bytes = bytes_of_folded(draft, std::move(folded));
  const auto feed = [&](ValueId value) {
    plan.values[value].storage = Storage::feed;
    plan.values[value].place = plan.feeds.size();
    plan.feeds.push_back({value, {}});
  };
  for (const FeedSpec& spec : draft.request.feeds) {
    const std::uint32_t at = draft.position[spec.placeholder.node];
    if (at != none && draft.needed[at])
      feed(draft.first_value[at]);
    else
      plan.feeds.emplace_back();
  }
  for (const ValueId value : draft.fed) feed(value);
}

void place_variables(Draft& draft, Plan& plan) {
  plan.variables = std::move(draft.variables);
  for (std::size_t i = 0; i < plan.variables.size(); ++i) {
    PlanVariable& variable = plan.variables[i];
    plan.values[variable.start].storage = Storage::variable;
    plan.values[variable.start].place = i;
    if (variable.final == none) continue;
    variable.final = plan.values[variable.final].root;
    plan.writes = true;
    plan.values[variable.final].storage = Storage::next;
    plan.values[variable.final].place = i;
  }
}

void place_results(const Draft& draft, Plan& plan) {
  for (const auto& [fetched, node, at] : draft.fetches) {
    if (fetched == none) {
      plan.fetches.emplace_back();
      continue;
    }
    plan.fetches.push_back({fetched, *draft.specs[fetched], node, {}});
    const ValueId root_id = plan.values[fetched].root;
    Value& root = plan.values[root_id];
    if (root.storage != Storage::unused) continue;
    root.storage = Storage::result;
    root.place = plan.results.size();
    plan.results.push_back({root_id, *draft.specs[root_id], node, {}});
  }
}

/// Forgets the start of a variable if nobody reads its value at the start of a step: no
/// instruction, no fetch, and nothing that is computed once.
void drop_unread_starts(Plan& plan) {
  std::vector<bool> read(plan.values.size(), false);
  for (const Instruction& instruction : plan.instructions)
    for (std::uint32_t i = 0; i < instruction.num_inputs; ++i)
      if (const ValueId arg = plan.args[instruction.first_arg + i]; arg != none) read[arg] = true;
  for (const PlanOutput& fetched : plan.fetches)
    if (fetched.value != none) read[plan.values[fetched.value].root] = true;
  for (const std::uint32_t variable : plan.once_variables)
    read[plan.variables[variable].start] = true;
  for (PlanVariable& variable : plan.variables)
    if (!read[variable.start]) variable.start = none;
}

/// The arguments that have to follow when a value moves, value by value.
void list_uses(Plan& plan) {
  std::vector<std::pair<ValueId, Uses*>> moving;
  for (PlanFeed& feed : plan.feeds) moving.emplace_back(feed.value, &feed.uses);
  for (PlanOutput& result : plan.results) moving.emplace_back(result.value, &result.uses);
  for (PlanVariable& variable : plan.variables) {
    moving.emplace_back(variable.start, &variable.start_uses);
    moving.emplace_back(variable.final, &variable.final_uses);
  }
  std::vector<std::pair<ValueId, std::uint32_t>> found;  // (value, argument) of values that move
  for (std::uint32_t i = 0; i < plan.args.size(); ++i) {
    if (plan.args[i] == none) continue;
    const Storage storage = plan.values[plan.args[i]].storage;
    if (storage != Storage::arena && storage != Storage::constant)
      found.emplace_back(plan.args[i], i);
  }
  std::ranges::sort(found);
  plan.uses.reserve(found.size());
  for (const auto& [value, argument] : found) plan.uses.push_back(argument);
  for (const auto& [value, uses] : moving) {
    if (value == none) continue;
    const auto first = std::lower_bound(found.begin(), found.end(), std::pair(value, 0U));
    const auto last = std::lower_bound(first, found.end(), std::pair(value + 1, 0U));
    uses->first = static_cast<std::uint32_t>(first - found.begin());
    uses->last = static_cast<std::uint32_t>(last - found.begin());
  }
}

void add_to_peak(Plan& plan, std::size_t bytes) {
  if (__builtin_add_overflow(plan.peak_bytes, bytes, &plan.peak_bytes))
    plan.peak_bytes = static_cast<std::size_t>(-1);
}

/// Counts `copies` buffers for one node.
void count(Plan& plan, std::size_t bytes, std::size_t copies, NodeId node) {
  for (std::size_t i = 0; i < copies; ++i) add_to_peak(plan, bytes);
  note_largest(plan, bytes, node);
}

/// In lockstep each thread has all values of a step, `of_step` bytes. Lockstep is dropped where
/// that is too much.
void count_lockstep(std::size_t limit, std::size_t of_step, Plan& plan) {
  if (plan.lockstep == 1) return;
  const std::size_t alone = plan.peak_bytes;
  for (int i = 1; i < plan.lockstep; ++i) add_to_peak(plan, of_step);
  if (limit == 0 || plan.peak_bytes <= limit) return;
  plan.lockstep = 0;
  plan.peak_bytes = alone;
}

/// Counts what kernels allocate: the most for as many kernels as may run at the same time.
void count_heap(const Draft& draft, const Emission& emission, Plan& plan) {
  std::vector<std::pair<std::size_t, std::uint32_t>> heap = emission.heap;
  std::ranges::sort(heap, std::greater<>());
  const auto at_once = static_cast<std::size_t>(plan.parallel ? draft.options.threads : 1);
  heap.resize(std::min(heap.size(), at_once));
  for (const auto& [bytes, instruction] : heap)
    count(plan, bytes, 1, plan.instructions[instruction].node);
}

/// What a frame holds: beside what a step takes, a buffer that may be the session's value.
void measure_frame(Plan& plan) {
  plan.frame_bytes = plan.peak_bytes;
  for (const PlanVariable& variable : plan.variables)
    if (variable.final != none &&
        __builtin_add_overflow(plan.frame_bytes, bytes_of(variable.spec), &plan.frame_bytes))
      plan.frame_bytes = static_cast<std::size_t>(-1);
}

/// The peak: the arena, a buffer per result, two copies of a variable that is written beside the
/// session's own, what kernels allocate, what is computed once, and what was computed beforehand.
void measure_peak(const Draft& draft, const Emission& emission, Plan& plan) {
  plan.peak_bytes = plan.arena_bytes;
  for (const PlanOutput& result : plan.results) count(plan, bytes_of(result.spec), 1, result.node);
  for (const PlanVariable& variable : plan.variables)
    if (variable.final != none) count(plan, bytes_of(variable.spec), 2, variable.node);
  count_heap(draft, emission, plan);
  measure_frame(plan);
  const std::size_t of_step = plan.peak_bytes;
  add_to_peak(plan, plan.folded_bytes);
  if (plan.once != nullptr) {
    add_to_peak(plan, plan.once->peak_bytes);
    note_largest(plan, plan.once->largest_bytes, plan.once->largest);
  }
  const std::size_t limit = draft.options.memory_limit;
  count_lockstep(limit, of_step, plan);
  if (limit == 0 || plan.peak_bytes <= limit) return;
  refuse_node(plan.graph.node(plan.largest), plan.graph,
              {.code = ErrorCode::resource_exhausted,
               .message = "the run needs " + std::to_string(plan.peak_bytes) +
                          " bytes, of which this operation has most, " +
                          std::to_string(plan.largest_bytes) +
                          "; the memory_limit of the session is " + std::to_string(limit),
               .cure = "use smaller tensors, or raise SessionOptions::memory_limit"});
}

}  // namespace

std::string plan_memory(Draft& draft, const Emission& emission, Plan& plan) {
  plan.attributes = std::move(draft.attributes);
  plan.values.resize(draft.specs.size());
  for (ValueId i = 0; i < plan.values.size(); ++i) {
    plan.values[i].root = emission.roots[i];
    plan.values[i].dtype = draft.specs[i]->dtype;
    plan.values[i].elements = draft.specs[i]->shape.num_elements();
  }
  place_sources(draft, plan);
  place_variables(draft, plan);
  place_results(draft, plan);
  for (const ValueId arg : plan.args)
    if (arg != none && plan.values[arg].storage == Storage::unused)
      plan.values[arg].storage = Storage::arena;
  place_in_arena(draft, emission, plan);
  drop_unread_starts(plan);
  list_uses(plan);
  measure_peak(draft, emission, plan);
  return std::to_string(plan.arena_bytes) + " bytes, " + std::to_string(plan.peak_bytes) +
         " with results and variables";
}

}  // namespace deft
