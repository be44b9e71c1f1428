#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "streams.hpp"

namespace deft {
namespace {

constexpr std::size_t most_steps = 256;  // of a group

/// Numbers for operations such that every operation has a higher one than those it waits for, but
/// for those that hand their rows on to it, which may have the same. Operations that go over the
/// same rows and have the same number can be one without waiting for each other in a circle.
class Levels {
 public:
  Levels(const Draft& draft, const Streams& streams)
      : draft_(draft), streams_(streams), levels_(draft.order.size(), 0) {
    for (std::size_t at = 0; at < levels_.size(); ++at)
      for_each_wait(at, [&](std::uint32_t before, bool hands_on) {
        levels_[at] = std::max(levels_[at], levels_[before] + (hands_on ? 0 : 1));
      });
    raise();
  }

  std::int32_t operator[](std::size_t at) const { return levels_[at]; }

 private:
  /// Calls visit(position waited for, it hands its rows on) for those that take time.
  template <class Visit>
  void for_each_wait(std::size_t at, Visit visit) const {
    if (!draft_.needed[at]) return;
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    for (const std::uint32_t before : draft_.waits_of(at)) {
      if (draft_.op(before).kernel == nullptr) continue;
      bool any = false;
      bool all = true;
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (streams_.makers()[inputs[i]] != before) continue;
        any = true;
        all = all && streams_.hands_on(at, i);
      }
      visit(before, any && all);
    }
  }

  /// Brings operations up to the level of those to which they hand their rows on, where all who
  /// wait for them allow it.
  void raise() {
    constexpr std::int32_t unlimited = std::numeric_limits<std::int32_t>::max();
    struct Limits {
      std::int32_t allowed = unlimited;
      std::int32_t wanted = unlimited;
    };
    std::vector<Limits> limits(levels_.size());
    for (std::size_t at = levels_.size(); at-- > 0;) {
      std::int32_t& level = levels_[at];
      if (limits[at].wanted != unlimited)
        level = std::max(level, std::min(limits[at].wanted, limits[at].allowed));
      for_each_wait(at, [&](std::uint32_t before, bool hands_on) {
        Limits& limit = limits[before];
        limit.allowed = std::min(limit.allowed, level - (hands_on ? 0 : 1));
        if (hands_on) limit.wanted = std::min(limit.wanted, level);
      });
    }
  }

  const Draft& draft_;
  const Streams& streams_;
  std::vector<std::int32_t> levels_;
};

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

/// The members of each set of several, which may be cut if it is large: in the order in which they
/// can run. Products that must take other numbers of rows at a time stay out.
std::vector<std::vector<std::uint32_t>> members_of(const Draft& draft, const Streams& streams,
                                                   Sets& sets) {
  std::unordered_map<std::uint32_t, std::size_t> latest;  // group that grows, by set
  std::vector<std::vector<std::uint32_t>> groups;
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
  std::erase_if(groups, [](const auto& members) { return members.size() < 2; });
  return groups;
}

/// Which values are read by an operation outside of its maker's group, or leave the run.
std::vector<bool> read_outside(const Draft& draft, const Makers& makers) {
  std::vector<bool> outside(draft.specs.size(), false);
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const std::span<const ValueId> inputs = draft.inputs_of(at);
    for (std::size_t i = 0; draft.needed[at] && i < inputs.size(); ++i)
      if (draft.op(at).needs_value(i) && draft.group_of[at] != draft.group_of[makers[inputs[i]]])
        outside[inputs[i]] = true;
  }
  for (const DraftFetch& fetch : draft.fetches)
    if (fetch.value != none) outside[resolved(draft, fetch.value)] = true;
  return outside;
}

/// Fills the program of a group, and its inputs and outputs.
void write_program(const Draft& draft, const Streams& streams, const std::vector<bool>& outside,
                   FusedGroupDraft& group) {
  std::unordered_map<ValueId, FusedProgram::Operand> known;
  group.program.rows = streams[group.members[0]].rows;
  for (const std::uint32_t at : group.members) {
    FusedProgram::Step step{streams[at].step, {}, draft.outputs(at)[0]};
    for (const ValueId input : draft.inputs_of(at)) {
      const auto [found, is_new] = known.try_emplace(
          input, FusedProgram::Operand{false, static_cast<std::uint32_t>(group.inputs.size())});
      if (is_new) {
        group.inputs.push_back(input);
        group.program.inputs.push_back(*draft.specs[input]);
      }
      step.operands.push_back(found->second);
    }
    const ValueId result = draft.first_value[at];
    known[result] = {true, static_cast<std::uint32_t>(group.program.steps.size())};
    if (outside[result] || streams[at].reduces) {
      step.output = static_cast<std::int64_t>(group.outputs.size());
      group.outputs.push_back(result);
    }
    group.program.steps.push_back(std::move(step));
  }
  group.program.num_outputs = group.outputs.size();
}

}  // namespace

std::string fuse(Draft& draft) {
  const Streams streams(draft);
  const Levels levels(draft, streams);
  Sets sets = join(draft, streams, levels);
  draft.group_of.assign(draft.order.size(), none);
  std::size_t fused = 0;
  for (std::vector<std::uint32_t>& members : members_of(draft, streams, sets)) {
    for (const std::uint32_t at : members)
      draft.group_of[at] = static_cast<std::uint32_t>(draft.groups.size());
    fused += members.size();
    draft.groups.push_back({.members = std::move(members)});
  }
  if (draft.groups.empty()) return "unchanged";
  const std::vector<bool> outside = read_outside(draft, streams.makers());
  for (FusedGroupDraft& group : draft.groups) write_program(draft, streams, outside, group);
  return std::to_string(fused) + " operations in " + std::to_string(draft.groups.size()) +
         (draft.groups.size() == 1 ? " group" : " groups");
}

}  // namespace deft
