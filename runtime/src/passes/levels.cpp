#include "levels.hpp"

#include <algorithm>
#include <limits>

namespace deft {

/// Calls visit(position waited for, it hands its rows on) for those that take time.
template <class Visit>
void Levels::for_each_wait(std::size_t at, Visit visit) const {
  if (!draft_.needed[at]) return;
  const std::span<const ValueId> inputs = draft_.inputs_of(at);
  for (const std::uint32_t before : draft_.waits_of(at)) {
    if (!takes_time(before)) continue;
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

Levels::Levels(const Draft& draft, const Streams& streams)
    : draft_(draft), streams_(streams), levels_(draft.order.size(), 0) {
  for (std::size_t at = 0; at < levels_.size(); ++at)
    for_each_wait(at, [&](std::uint32_t before, bool hands_on) {
      levels_[at] = std::max(levels_[at], levels_[before] + (hands_on ? 0 : 1));
    });
  raise();
}

/// Brings operations up to the level of those to which they hand their rows on, where all who wait
/// for them allow it.
void Levels::raise() {
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

}  // namespace deft
