#include "epilogues.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace deft {
namespace {

constexpr std::int64_t most_elements = 1024;  // of a result: one thread computes all epilogues

class Attaching {
 public:
  Attaching(const Draft& draft, const Streams& streams, const Levels& levels,
            const RowGroups& groups, const Leaders& leaders)
      : draft_(draft),
        streams_(streams),
        levels_(levels),
        groups_(groups),
        leaders_(leaders),
        may_host_(groups.members.size(), false),
        host_(groups.members.size(), none) {
    // A group that follows a leader may have sums too, but no epilogue: its kernel is part of
    // another.
    for (std::size_t at = 0; at < groups.of.size(); ++at)
      if (groups.of[at] != none && leaders.of[groups.of[at]] == none && streams[at].reduces())
        may_host_[groups.of[at]] = true;
  }

  /// Looks at groups in ascending order of their levels, so that an epilogue may follow another
  /// one.
  std::vector<FusedGroupDraft> run() && {
    std::vector<std::uint32_t> order(groups_.members.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return level(i); });
    std::vector<std::uint32_t> attached;
    for (const std::uint32_t group : order)
      if (is_small(group))
        if (host_[group] = host_of(group); host_[group] != none) attached.push_back(group);
    return drafts(attached);
  }

 private:
  std::int64_t level(std::uint32_t group) const { return levels_[groups_.members[group][0]]; }

  /// How many operations of a group do something.
  std::int64_t size(std::uint32_t group) const {
    return std::ranges::count_if(groups_.members[group],
                                 [&](std::uint32_t at) { return !streams_[at].is_rename(); });
  }

  bool is_small(std::uint32_t group) const {
    return size(group) > 0 && std::ranges::all_of(groups_.members[group], [&](std::uint32_t at) {
             return (streams_[at].is_map() || streams_[at].is_rename()) &&
                    draft_.outputs(at)[0].shape.num_elements() <= most_elements;
           });
  }

  /// The group of position `at`, or that whose epilogue it has become. A host is no epilogue: it
  /// has sums.
  std::uint32_t group_at(std::uint32_t at) const {
    const std::uint32_t group = groups_.of[at];
    return group == none || host_[group] == none ? group : host_[group];
  }

  /// The only group with sums that `group` waits for, if everything else that it waits for comes
  /// before the rows of that one are done; else none.
  std::uint32_t host_of(std::uint32_t group) const {
    std::uint32_t host = none;
    std::int64_t latest = -1;  // level of the others
    for (const std::uint32_t at : groups_.members[group])
      for (const std::uint32_t before : draft_.waits_of(at)) {
        const std::uint32_t other = group_at(before);
        if (!levels_.takes_time(before) || other == group) continue;
        if (other == none || !may_host_[other]) {
          latest = std::max(latest, levels_[before]);
        } else if (other != host) {
          if (host != none) latest = std::max(latest, std::min(level(host), level(other)));
          if (host == none || level(other) > level(host)) host = other;
        }
      }
    return host != none && latest < level(host) ? host : none;
  }

  std::vector<FusedGroupDraft> drafts(const std::vector<std::uint32_t>& attached) const {
    std::vector<bool> is_host(groups_.members.size(), false);
    for (const std::uint32_t group : attached) is_host[host_[group]] = true;
    std::vector<FusedGroupDraft> made;
    std::vector<std::size_t> draft_of(groups_.members.size());
    const auto add_program = [&](std::size_t to, std::uint32_t group) {
      const std::span<const std::uint32_t> members = groups_.members[group];
      made[to].programs.emplace_back(members.begin(), members.end());
      made[to].members.insert(made[to].members.end(), members.begin(), members.end());
    };
    for (std::uint32_t group = 0; group < groups_.members.size(); ++group) {
      const std::int64_t least = is_host[group] || leaders_.of[group] != none ? 1 : 2;
      if (host_[group] != none || feeds(group) || size(group) < least) continue;
      draft_of[group] = made.size();
      FusedGroupDraft& draft = made.emplace_back();
      draft.leader = leaders_.of[group];
      if (draft.leader != none) draft.members.push_back(draft.leader);
      add_program(draft_of[group], group);
    }
    for (const std::uint32_t group : attached) add_program(draft_of[host_[group]], group);
    add_feeding(made);
    return made;
  }

  bool feeds(std::uint32_t group) const {
    return leaders_.fed[group] != none && host_[group] == none;
  }

  void add_feeding(std::vector<FusedGroupDraft>& made) const {
    std::unordered_map<std::uint32_t, std::size_t> behind;  // drafts, by leader
    for (std::size_t i = 0; i < made.size(); ++i)
      if (made[i].leader != none) behind.emplace(made[i].leader, i);
    for (std::uint32_t group = 0; group < groups_.members.size(); ++group) {
      if (!feeds(group)) continue;
      const std::uint32_t leader = leaders_.fed[group];
      const auto found = behind.find(leader);
      FusedGroupDraft& draft = found != behind.end() ? made[found->second] : made.emplace_back();
      draft.leader = leader;
      if (draft.members.empty()) draft.members.push_back(leader);
      const std::span<const std::uint32_t> members = groups_.members[group];
      draft.feeding.assign(members.begin(), members.end());
      draft.members.insert(draft.members.begin(), members.begin(), members.end());
    }
  }

  const Draft& draft_;
  const Streams& streams_;
  const Levels& levels_;
  const RowGroups& groups_;
  const Leaders& leaders_;
  std::vector<bool> may_host_;       // by group
  std::vector<std::uint32_t> host_;  // by group: whose epilogue it has become, or none
};

}  // namespace

std::vector<FusedGroupDraft> attach_epilogues(const Draft& draft, const Streams& streams,
                                              const Levels& levels, const RowGroups& groups,
                                              const Leaders& leaders) {
  return Attaching(draft, streams, levels, groups, leaders).run();
}

}  // namespace deft
