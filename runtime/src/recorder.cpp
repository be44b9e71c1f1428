#include "recorder.hpp"

#include <algorithm>
#include <new>

namespace deft {

Recorder::Recorder(const Plan& plan, int threads)
    : tracks_(static_cast<std::size_t>(threads)),
      totals_(static_cast<std::size_t>(threads), std::vector<Total>(plan.instructions.size())) {}

void Recorder::add(int thread, std::uint32_t instruction, Time begin) {
  const Time end = now();
  const auto index = static_cast<std::size_t>(thread);
  Total& total = totals_[index][instruction];
  ++total.parts;
  total.time += end - begin;
  total.longest = std::max(total.longest, end - begin);
  Track& track = tracks_[index];
  if (track.events.empty()) track.thread = std::this_thread::get_id();
  try {
    if (track.events.size() < max_events)
      track.events.push_back({instruction, step_, begin, end});
    else
      track.full = true;
  } catch (const std::bad_alloc&) {
    track.full = true;
  }
}

std::vector<Recorder::Total> Recorder::totals() const {
  std::vector<Total> sums(totals_[0].size());
  for (const std::vector<Total>& thread : totals_)
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i].parts += thread[i].parts;
      sums[i].time += thread[i].time;
      sums[i].longest = std::max(sums[i].longest, thread[i].longest);
    }
  return sums;
}

}  // namespace deft
