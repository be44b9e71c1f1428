#include "verify_groups.hpp"

#include <algorithm>
#include <vector>

#include "facts.hpp"
#include "fuse/leaders.hpp"
#include "fuse/streams.hpp"
#include "lists.hpp"
#include "rewriting.hpp"

namespace deft {
namespace {

std::string group_text(std::size_t group) { return "group " + std::to_string(group); }

/// A group's programs and its leader are its members, which may join or lead it and are in no other
/// group.
std::string fault_of_members(const Draft& d, std::uint32_t index) {
  const FusedGroupDraft& group = d.groups[index];
  Members listed = group.feeding;
  if (group.leader != none) listed.push_back(group.leader);
  for (const Members& program : group.programs)
    listed.insert(listed.end(), program.begin(), program.end());
  if (listed != group.members || listed.empty())
    return group_text(index) + " has other members than its leader and programs";
  if (group.kernel.run == nullptr) return group_text(index) + " has no kernel";
  for (const std::uint32_t at : group.members) {
    if (at >= d.order.size() || !(at == group.leader ? may_lead(d, at) : may_join(d, at)))
      return group_text(index) + " has a member that may not join one";
    if (d.group_of[at] != index || std::ranges::count(group.members, at) != 1)
      return group_text(index) + " shares a member";
  }
  return {};
}

/// A group's inputs are made outside of it, its outputs inside.
std::string fault_of_arguments(const Draft& d, std::uint32_t index, const Makers& makers) {
  const FusedGroupDraft& group = d.groups[index];
  const auto is_inside = [&](ValueId value) {
    return value < d.specs.size() && d.group_of[makers[value]] == index;
  };
  if (std::ranges::any_of(group.inputs, is_inside))
    return group_text(index) + " takes a value that it makes";
  if (!std::ranges::all_of(group.outputs, is_inside))
    return group_text(index) + " gives a value that it does not make";
  return {};
}

/// Every value that is read outside its group is an output of the group, or an output or something
/// from outside under another name.
std::string fault_of_readers(const Draft& d, const Makers& makers) {
  std::vector<bool> is_given(d.specs.size(), false);
  std::vector<bool> renames(d.order.size(), false);
  for (const FusedGroupDraft& group : d.groups) {
    for (const ValueId output : group.outputs) is_given[output] = true;
    for (const std::uint32_t at : group.renamings) renames[at] = true;
  }
  const auto is_lost = [&](ValueId value, std::uint32_t reader) {
    const std::uint32_t group = d.group_of[makers[value]];
    if (group == none || group == reader) return false;
    while (d.group_of[makers[value]] == group && renames[makers[value]])
      value = value_read(d, makers[value]);
    return d.group_of[makers[value]] == group && !is_given[value];
  };
  std::vector<ValueId> lost;
  for (std::size_t at = 0; at < d.order.size(); ++at) {
    const std::span<const ValueId> inputs = d.inputs_of(at);
    for (std::size_t i = 0; d.needed[at] && i < inputs.size(); ++i)
      if (d.op(at).kernel != nullptr && d.op(at).needs_value(i) &&
          is_lost(inputs[i], d.group_of[at]))
        lost.push_back(inputs[i]);
  }
  for (const DraftFetch& fetch : d.fetches)
    if (fetch.value != none && is_lost(resolved(d, fetch.value), none)) lost.push_back(fetch.value);
  if (lost.empty()) return {};
  return group_text(d.group_of[makers[resolved(d, lost.front())]]) + " does not give value " +
         std::to_string(lost.front());
}

/// No group and no operation waits for itself. Units (groups and operations outside of them) that
/// wait for nothing any more are taken away, again and again: the rest waits for itself.
std::string fault_of_waits(const Draft& d) {
  const auto unit_of = [&](std::uint32_t at) {
    const std::uint32_t group = d.group_of[at];
    return group == none ? at : d.groups[group].members.front();
  };
  const std::size_t size = d.order.size();
  std::vector<std::uint32_t> open(size, 0);  // by unit: waits that are left
  const auto for_each_wait = [&](auto visit) {
    for (std::uint32_t at = 0; at < size; ++at)
      for (const std::uint32_t before : d.waits_of(at))
        if (d.needed[at] && unit_of(before) != unit_of(at)) visit(unit_of(before), unit_of(at));
  };
  for_each_wait([&](std::uint32_t, std::uint32_t after) { ++open[after]; });
  const Lists followers(size, for_each_wait);
  std::vector<std::uint32_t> ready;
  for (std::uint32_t at = 0; at < size; ++at)
    if (unit_of(at) == at && open[at] == 0) ready.push_back(at);
  for (std::size_t i = 0; i < ready.size(); ++i)
    for (const std::uint32_t after : followers[ready[i]])
      if (--open[after] == 0) ready.push_back(after);
  for (std::uint32_t at = 0; at < size; ++at)
    if (open[at] != 0) return "'" + d.node(at).name() + "' waits for itself";
  return {};
}

}  // namespace

std::string fault_of_groups(const Draft& draft) {
  if (draft.group_of.empty()) return draft.groups.empty() ? "" : "groups without members";
  const Makers makers(draft);
  for (std::uint32_t index = 0; index < draft.groups.size(); ++index) {
    if (std::string fault = fault_of_members(draft, index); !fault.empty()) return fault;
    if (std::string fault = fault_of_arguments(draft, index, makers); !fault.empty()) return fault;
  }
  std::size_t grouped = 0;
  for (const FusedGroupDraft& group : draft.groups) grouped += group.members.size();
  const auto listed = static_cast<std::size_t>(
      std::ranges::count_if(draft.group_of, [](std::uint32_t group) { return group != none; }));
  if (listed != grouped) return "an operation is in a group that does not know it";
  if (std::string fault = fault_of_readers(draft, makers); !fault.empty()) return fault;
  return fault_of_waits(draft);
}

}  // namespace deft
