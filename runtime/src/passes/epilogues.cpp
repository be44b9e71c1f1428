#include "epilogues.hpp"

#include <algorithm>

namespace deft {
namespace {

constexpr std::int64_t most_elements = 1024;  // of a result: one thread computes all epilogues

class Attaching {
 public:
  Attaching(const Draft& draft, const Streams& streams, const Levels& levels,
            std::vector<FusedGroupDraft> groups)
      : draft_(draft),
        streams_(streams),
        levels_(levels),
        groups_(std::move(groups)),
        group_of_(draft.order.size(), none) {
    for (std::uint32_t i = 0; i < groups_.size(); ++i)
      for (const std::uint32_t at : groups_[i].members) group_of_[at] = i;
  }

  /// Groups in ascending order of their levels, so that an epilogue may follow another one.
  std::vector<FusedGroupDraft> run() && {
    std::vector<std::uint32_t> order(groups_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return level(i); });
    for (const std::uint32_t i : order)
      if (is_small(i))
        if (const std::uint32_t host = host_of(i); host != none) attach(i, host);
    std::erase_if(groups_, [](const FusedGroupDraft& group) { return group.members.empty(); });
    return std::move(groups_);
  }

 private:
  std::int32_t level(std::uint32_t group) const { return levels_[groups_[group].members[0]]; }

  bool is_small(std::uint32_t group) const {
    return std::ranges::all_of(groups_[group].members, [&](std::uint32_t at) {
      return std::holds_alternative<MapStep>(streams_[at].step) &&
             draft_.outputs(at)[0].shape.num_elements() <= most_elements;
    });
  }

  bool has_sums(std::uint32_t group) const {
    return std::ranges::any_of(groups_[group].parts[0],
                               [&](std::uint32_t at) { return streams_[at].reduces; });
  }

  /// The only group with sums that `group` waits for, if everything else that it waits for comes
  /// before the rows of that one are done; else none.
  std::uint32_t host_of(std::uint32_t group) const {
    std::uint32_t host = none;
    std::int32_t latest = -1;  // level of the others
    for (const std::uint32_t at : groups_[group].members)
      for (const std::uint32_t before : draft_.waits_of(at)) {
        const std::uint32_t other = group_of_[before];
        if (!levels_.takes_time(before) || other == group) continue;
        if (other == none || !has_sums(other)) {
          latest = std::max(latest, levels_[before]);
        } else if (other != host) {
          if (host != none) latest = std::max(latest, std::min(level(host), level(other)));
          if (host == none || level(other) > level(host)) host = other;
        }
      }
    return host != none && latest < level(host) ? host : none;
  }

  void attach(std::uint32_t group, std::uint32_t host) {
    FusedGroupDraft& to = groups_[host];
    Members& members = groups_[group].members;
    for (const std::uint32_t at : members) group_of_[at] = host;
    to.members.insert(to.members.end(), members.begin(), members.end());
    to.parts.push_back(std::move(members));
    groups_[group].members.clear();
  }

  const Draft& draft_;
  const Streams& streams_;
  const Levels& levels_;
  std::vector<FusedGroupDraft> groups_;
  std::vector<std::uint32_t> group_of_;  // by position
};

}  // namespace

std::vector<FusedGroupDraft> attach_epilogues(const Draft& draft, const Streams& streams,
                                              const Levels& levels, std::vector<Members> groups) {
  std::vector<FusedGroupDraft> drafts;
  drafts.reserve(groups.size());
  for (Members& members : groups) drafts.push_back({.parts = {members}, .members = members});
  return Attaching(draft, streams, levels, std::move(drafts)).run();
}

}  // namespace deft
