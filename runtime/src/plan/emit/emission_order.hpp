#pragma once

#include <utility>
#include <vector>

#include "plan/draft.hpp"

namespace deft {

/// The group of position `at`, or `none`.
inline std::uint32_t group_at(const Draft& draft, std::size_t at) {
  return draft.group_of.empty() ? none : draft.group_of[at];
}

/// The needed positions in an order in which each comes after all that it waits for. Of the members
/// of a group, the first stands for all.
std::vector<std::uint32_t> emission_order(const Draft& draft);

/// Calls visit(at) for each position of emission_order. Without groups, and operations that several
/// processes do together, the needed positions are in such an order as they stand.
template <class Visit>
void for_each_in_order(const Draft& draft, Visit visit) {
  if (!draft.groups.empty() || draft.step_group) {
    for (const std::uint32_t at : emission_order(draft)) visit(at);
    return;
  }
  for (std::uint32_t at = 0; at < draft.order.size(); ++at)
    if (draft.needed[at]) visit(at);
}

}  // namespace deft
