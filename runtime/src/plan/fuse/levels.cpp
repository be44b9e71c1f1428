#include "levels.hpp"

#include <algorithm>
#include <limits>

namespace deft {
namespace {

constexpr std::int64_t spacing = std::int64_t{1} << 32U;  // of levels, but of single numbers

bool is_number(const TensorSpec* spec) { return spec->shape.num_elements() == 1; }

}  // namespace

/// Whether operation `at` computes a number from numbers.
bool Levels::makes_number(std::size_t at) const {
  if (streams_[at].rows != 1) return false;
  return is_number(draft_.specs[draft_.first_value[at]]) &&
         std::ranges::all_of(draft_.inputs_of(at),
                             [&](ValueId input) { return is_number(draft_.specs[input]); });
}

bool Levels::is_soon_there(std::size_t at) const { return levels_[at] < spacing; }

/// What operation `at` takes from each that it waits for.
void Levels::find_handed(std::size_t at) {
  const std::span<const std::uint32_t> waits = draft_.waits_of(at);  // ascending
  const std::span<const ValueId> inputs = draft_.inputs_of(at);
  handed_.assign(waits.size(), Handed::nothing);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!draft_.op(at).needs_value(i)) continue;
    const std::uint32_t maker = streams_.makers()[inputs[i]];
    const auto found = std::ranges::lower_bound(waits, maker);
    if (found == waits.end() || *found != maker) continue;
    Handed& handed = handed_[static_cast<std::size_t>(found - waits.begin())];
    if (!streams_.hands_on(at, i)) handed = Handed::other;
    if (handed == Handed::nothing) handed = Handed::rows;
  }
}

/// Calls visit(position waited for, it hands its rows on) for those that take time.
template <class Visit>
void Levels::for_each_wait(std::size_t at, Visit visit) {
  if (!draft_.needed[at]) return;
  find_handed(at);
  const std::span<const std::uint32_t> waits = draft_.waits_of(at);
  for (std::size_t i = 0; i < waits.size(); ++i)
    if (takes_time(waits[i])) visit(waits[i], handed_[i] == Handed::rows);
}

Levels::Levels(const Draft& draft, const Streams& streams)
    : draft_(draft), streams_(streams), levels_(draft.order.size(), 0) {
  for (std::size_t at = 0; at < levels_.size(); ++at) {
    std::int64_t& level = levels_[at];
    for_each_wait(at, [&](std::uint32_t before, bool hands_on) {
      level = std::max(level, levels_[before] + (hands_on ? 0 : 1));
    });
    if (!makes_number(at)) level = std::max(spacing, (level + spacing - 1) / spacing * spacing);
  }
  raise();
}

/// Brings operations up to the level of those to which they hand their rows on, where all who wait
/// for them allow it.
void Levels::raise() {
  constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
  struct Limits {
    std::int64_t allowed = unlimited;
    std::int64_t wanted = unlimited;
  };
  std::vector<Limits> limits(levels_.size());
  for (std::size_t at = levels_.size(); at-- > 0;) {
    std::int64_t& level = levels_[at];
    if (limits[at].wanted != unlimited) {
      const std::int64_t most = std::min(limits[at].wanted, limits[at].allowed);
      level = std::max(level, makes_number(at) ? most : most / spacing * spacing);
    }
    for_each_wait(at, [&](std::uint32_t before, bool hands_on) {
      Limits& limit = limits[before];
      limit.allowed = std::min(limit.allowed, level - (hands_on ? 0 : 1));
      if (hands_on) limit.wanted = std::min(limit.wanted, level);
    });
  }
}

}  // namespace deft
