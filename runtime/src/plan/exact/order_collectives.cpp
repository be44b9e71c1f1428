#include <algorithm>
#include <utility>

#include "plan/draft.hpp"
#include "run_error.hpp"
#include "units.hpp"

namespace deft {
namespace {

/// The positions of what a group's processes do together. Fills `step_group`.
Members collectives(Draft& draft) {
  Members found;
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    if (!draft.needed[at] || draft.op(at).group == nullptr) continue;
    found.push_back(at);
    const Node& node = draft.node(at);
    std::shared_ptr<StepGroup> group;
    try {
      group = node.op->group(*node.attributes);
    } catch (const Refusal& refusal) {
      refuse_node(node, draft.graph,
                  {.code = refusal.code, .message = refusal.message, .cure = refusal.cure});
    }
    if (draft.step_group && draft.step_group != group)
      refuse_node(
          node, draft.graph,
          {.code = ErrorCode::invalid_argument,
           .message = "it is of another group than " + name_and_line(draft.node(found.front())),
           .cure = "run what different groups do one after the other"});
    draft.step_group = std::move(group);
  }
  return found;
}

}  // namespace

std::string order_collectives(Draft& draft) {
  const Members found = collectives(draft);
  if (found.size() > 1) {
    Lists waits;
    std::vector<std::uint32_t> list;
    std::uint32_t next = 1;  // of those found
    for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
      list.assign(draft.waits_of(at).begin(), draft.waits_of(at).end());
      if (next < found.size() && found[next] == at) {
        list.push_back(found[next - 1]);
        draft.controls.emplace_back(at, found[next - 1]);
        sort_and_unite(list);
        ++next;
      }
      waits.append(list);
    }
    draft.waits = std::move(waits);
    std::ranges::sort(draft.controls);
  }
  return count_text(found.size(), "collective");
}

}  // namespace deft
