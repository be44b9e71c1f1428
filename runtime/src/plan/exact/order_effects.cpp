#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <unordered_map>

#include <deft/core/error.hpp>

#include "lists.hpp"
#include "plan/draft.hpp"
#include "run_error.hpp"
#include "units.hpp"

namespace deft {
namespace {

/// By position: who waits for it, among the needed.
Lists followers_of(const Draft& draft) {
  return Lists(draft.order.size(), [&](auto visit) {
    for (std::uint32_t at = 0; at < draft.order.size(); ++at)
      if (draft.needed[at])
        for (const std::uint32_t before : draft.waits_of(at)) visit(before, at);
  });
}

/// By value: the last position that reads it.
std::vector<std::uint32_t> last_readers(const Draft& draft) {
  std::vector<std::uint32_t> last(draft.specs.size(), 0);
  for (std::uint32_t at = 0; at < draft.order.size(); ++at)
    for (const ValueId input : draft.inputs_of(at)) last[input] = at;
  return last;
}

/// How many of one variable's assigns precede a position; 0 for positions that are not listed.
using Versions = std::unordered_map<std::uint32_t, std::uint32_t>;

[[noreturn]] void refuse_conflict(const Draft& draft, std::uint32_t variable, std::uint32_t first,
                                  std::uint32_t second) {
  refuse_node(draft.node(second), draft.graph,
              {.code = ErrorCode::write_conflict,
               .message = "this assign to " + name_and_line(draft.node(variable)) +
                          " and the assign " + name_and_line(draft.node(first)) +
                          " are in no order, so which value should remain is undefined",
               .cure = "order them by a control dependency, or run them one after the other"});
}

/// Spreads the assigns `writers` (in execution order) over everything that follows them, up to
/// `last`. Visits positions in ascending order, so that a position is final when it is taken out.
Versions spread(const Draft& draft, const Lists& followers, std::uint32_t variable,
                std::span<const std::uint32_t> writers, std::uint32_t last) {
  Versions versions;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> open;
  std::uint32_t ordered = 0;  // writers taken out so far
  open.push(writers[0]);
  versions[writers[0]] = 0;
  for (const std::uint32_t writer : writers.subspan(1))
    if (versions.try_emplace(writer, 0).second) open.push(writer);
  while (!open.empty()) {
    const std::uint32_t at = open.top();
    open.pop();
    if (ordered < writers.size() && at == writers[ordered]) {
      if (versions[at] != ordered) refuse_conflict(draft, variable, writers[ordered - 1], at);
      versions[at] = ++ordered;
    }
    const std::uint32_t version = versions[at];
    for (const std::uint32_t next : followers[at]) {
      if (next > last) continue;
      const auto [entry, is_new] = versions.try_emplace(next, 0);
      if (is_new) open.push(next);
      entry->second = std::max(entry->second, version);
    }
  }
  return versions;
}

/// Fills `inputs` as if nothing were written: every read of a variable is of its value at the start
/// of the step.
void read_at_start(Draft& draft) {
  draft.first_input.reserve(draft.order.size() + 1);
  draft.inputs.reserve(2 * draft.order.size());
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    draft.first_input.push_back(static_cast<std::uint32_t>(draft.inputs.size()));
    for (const Endpoint input : draft.node(at).inputs) draft.inputs.push_back(draft.value(input));
  }
  draft.first_input.push_back(static_cast<std::uint32_t>(draft.inputs.size()));
}

}  // namespace

std::string order_effects(Draft& draft) {
  read_at_start(draft);
  std::map<std::uint32_t, std::vector<std::uint32_t>> writers;  // by position of the variable
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    if (!draft.needed[at]) continue;
    const Node& node = draft.node(at);
    if (node.op->effect == Effect::reads_variable) writers[at];
    if (node.op->effect == Effect::writes_variable)
      writers[draft.position[node.inputs[0].node]].push_back(at);
  }
  const bool any = std::any_of(writers.begin(), writers.end(),
                               [](const auto& entry) { return !entry.second.empty(); });
  const Lists followers = any ? followers_of(draft) : Lists();
  const std::vector<std::uint32_t> last = any ? last_readers(draft) : std::vector<std::uint32_t>();
  for (const auto& [variable, assigns] : writers) {
    const ValueId start = draft.first_value[variable];
    PlanVariable entry;
    entry.node = draft.order[variable];
    entry.spec = *draft.specs[start];
    entry.start = start;
    if (!assigns.empty()) {
      entry.final = draft.first_value[assigns.back()];
      const Versions versions = spread(draft, followers, variable, assigns, last[start]);
      for (const auto& [at, seen] : versions) {
        // An assign itself reads what was there before it.
        const bool is_assign = seen > 0 && assigns[seen - 1] == at;
        const std::uint32_t version = is_assign ? seen - 1 : seen;
        if (version == 0) continue;
        for (std::uint32_t i = draft.first_input[at]; i < draft.first_input[at + 1]; ++i)
          if (draft.inputs[i] == start) draft.inputs[i] = draft.first_value[assigns[version - 1]];
      }
    }
    draft.variables.push_back(entry);
  }
  const auto written = std::count_if(draft.variables.begin(), draft.variables.end(),
                                     [](const PlanVariable& v) { return v.final != none; });
  return count_text(draft.variables.size(), "variable") + ", " + std::to_string(written) +
         " written";
}

}  // namespace deft
