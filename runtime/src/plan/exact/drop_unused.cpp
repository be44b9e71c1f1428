#include <algorithm>
#include <utility>

#include "plan/prepare.hpp"
#include "plan/rewriting.hpp"
#include "units.hpp"

namespace deft {
namespace {

/// Fills `waits` from the inputs whose values are needed and from `controls`.
void link_waits(Draft& draft, const Makers& makers) {
  draft.waits.clear();
  std::vector<std::uint32_t> waits;
  auto control = draft.controls.begin();
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    waits.clear();
    // A source may stand in place of an operation, whose inputs it does not need.
    const bool is_given = is_source(draft.op(at));
    const auto inputs = is_given ? std::span<const ValueId>() : draft.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i)) waits.push_back(makers[inputs[i]]);
    for (; control != draft.controls.end() && control->first == at; ++control)
      waits.push_back(control->second);
    sort_and_unite(waits);
    draft.waits.append(waits);
  }
}

}  // namespace

std::string drop_unused(Draft& draft) {
  const auto needed_before = std::ranges::count(draft.needed, true);
  for (std::size_t at = 0; at < draft.order.size(); ++at) resolve_inputs(draft, at);
  const Makers makers(draft);
  link_waits(draft, makers);

  std::vector<bool> needed(draft.order.size(), false);
  std::vector<std::uint32_t> open;
  const auto need = [&](std::uint32_t at) {
    if (needed[at]) return;
    needed[at] = true;
    open.push_back(at);
  };
  for (const DraftFetch& fetch : draft.fetches)
    need(fetch.value == none ? fetch.at : makers[resolved(draft, fetch.value)]);
  // A pinned operation is done even if other values have taken the place of its own.
  for (std::uint32_t at = 0; at < needed.size(); ++at)
    if (draft.needed[at] && draft.pinned[at]) need(at);
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const std::uint32_t before : draft.waits_of(at)) need(before);
  }
  draft.needed = std::move(needed);
  const auto dropped = needed_before - std::ranges::count(draft.needed, true);
  return dropped <= 0 ? "unchanged" : count_text(static_cast<std::size_t>(dropped), "operation");
}

}  // namespace deft
