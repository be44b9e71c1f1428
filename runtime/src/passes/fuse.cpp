#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include <deft/ops/fused_kernel.hpp>

#include "epilogues.hpp"
#include "fused_programs.hpp"

namespace deft {
namespace {

constexpr std::size_t most_steps = 256;  // of a group

/// Sets of positions that have been joined.
class Sets {
 public:
  explicit Sets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t find(std::uint32_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

/// Joins operations of one level that go over the same rows and share some: one hands its rows on
/// to the other, or both read the same tensor.
Sets join(const Draft& draft, const Streams& streams, const Levels& levels) {
  Sets sets(draft.order.size());
  std::map<std::tuple<ValueId, std::int64_t, std::int32_t>, std::uint32_t> readers;
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    if (streams[at].rows == 0) continue;
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::uint32_t maker = streams.makers()[inputs[i]];
      if (streams.hands_on(at, i) && levels[maker] == levels[at]) sets.join(maker, at);
      if (!streams.streams_input(at, i)) continue;
      const auto [first, is_new] =
          readers.try_emplace({inputs[i], streams[at].rows, levels[at]}, at);
      if (!is_new) sets.join(first->second, at);
    }
  }
  return sets;
}

/// The members of each set, which may be cut if it is large. Products that must take other numbers
/// of rows at a time stay out.
std::vector<Members> members_of(const Draft& draft, const Streams& streams, Sets& sets) {
  std::unordered_map<std::uint32_t, std::size_t> latest;  // group that grows, by set
  std::vector<Members> groups;
  std::vector<std::int64_t> tile_rows;
  for (std::uint32_t at = 0; at < draft.order.size(); ++at) {
    if (streams[at].rows == 0) continue;
    const auto [found, is_new] = latest.try_emplace(sets.find(at), groups.size());
    if (is_new || groups[found->second].size() >= most_steps) {
      found->second = groups.size();
      groups.emplace_back();
      tile_rows.push_back(0);
    }
    std::int64_t& rows = tile_rows[found->second];
    if (rows != 0 && streams[at].tile_rows != 0 && streams[at].tile_rows != rows) continue;
    rows = std::max(rows, streams[at].tile_rows);
    groups[found->second].push_back(at);
  }
  return groups;
}

/// A single operation is best left alone. Where there is but one row, calling the operations takes
/// longer than what they do: only machine code for many of them is faster.
bool pays(const Draft& draft, const FusedGroupDraft& group) {
  constexpr std::size_t many = 8;
  if (group.members.size() < 2) return false;
  if (group.program.rows > 1 || group.parts.size() > 1) return true;
  return group.members.size() >= many && draft.options.optimizations.generate_code &&
         can_generate_code(group.program);
}

}  // namespace

std::string fuse(Draft& draft) {
  const Streams streams(draft);
  const Levels levels(draft, streams);
  Sets sets = join(draft, streams, levels);
  draft.groups = attach_epilogues(draft, streams, levels, members_of(draft, streams, sets));
  draft.group_of.assign(draft.order.size(), none);
  write_programs(draft, streams);
  std::erase_if(draft.groups, [&](const FusedGroupDraft& group) { return !pays(draft, group); });
  std::size_t fused = 0;
  for (std::uint32_t group = 0; group < draft.groups.size(); ++group) {
    for (const std::uint32_t at : draft.groups[group].members) draft.group_of[at] = group;
    fused += draft.groups[group].members.size();
  }
  if (draft.groups.empty()) return "unchanged";
  return std::to_string(fused) + " operations in " + std::to_string(draft.groups.size()) +
         (draft.groups.size() == 1 ? " group" : " groups");
}

}  // namespace deft
