#include <algorithm>
#include <utility>

#include "rewriting.hpp"

namespace deft {
namespace {

/// Fills `waits` from the inputs whose values are needed and from `controls`.
void link_waits(Draft& draft, const Makers& makers) {
  draft.first_wait.clear();
  draft.waits.clear();
  auto control = draft.controls.begin();
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    draft.first_wait.push_back(static_cast<std::uint32_t>(draft.waits.size()));
    const auto first = static_cast<std::ptrdiff_t>(draft.waits.size());
    const bool is_constant = draft.op(at).value != nullptr;  // perhaps a folded operation
    const auto inputs =
        is_constant ? std::span<const ValueId>() : std::as_const(draft).inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i)) draft.waits.push_back(makers[inputs[i]]);
    for (; control != draft.controls.end() && control->first == at; ++control)
      draft.waits.push_back(control->second);
    std::sort(draft.waits.begin() + first, draft.waits.end());
    draft.waits.erase(std::unique(draft.waits.begin() + first, draft.waits.end()),
                      draft.waits.end());
  }
  draft.first_wait.push_back(static_cast<std::uint32_t>(draft.waits.size()));
}

}  // namespace

std::string drop_unused(Draft& draft) {
  const auto needed_before = std::ranges::count(draft.needed, true);
  for (std::size_t at = 0; at < draft.order.size(); ++at) resolve_inputs(draft, at);
  const Makers makers(draft);
  link_waits(draft, makers);

  // What has an effect or a control dependency is run even if another value has taken the place of
  // what it makes.
  for (std::size_t at = 0; at < draft.order.size(); ++at)
    draft.needed[at] = draft.needed[at] && draft.pinned[at];
  for (const Endpoint fetch : draft.request.fetches) {
    const bool has_value = !draft.graph.node(fetch.node).outputs.empty();
    draft.needed[has_value ? makers[resolved(draft, draft.value(fetch))]
                           : draft.position[fetch.node]] = true;
  }
  for (std::size_t at = draft.order.size(); at-- > 0;)
    if (draft.needed[at])
      for (const std::uint32_t before : draft.waits_of(at)) draft.needed[before] = true;
  const auto dropped = needed_before - std::ranges::count(draft.needed, true);
  return dropped <= 0 ? "unchanged" : std::to_string(dropped) + " operations";
}

}  // namespace deft
