#include "recorder.hpp"

#include <algorithm>
#include <new>

namespace deft {

std::size_t EventRoom::take(std::size_t wanted) {
  std::size_t left = events_.load(std::memory_order_relaxed);
  while (left != 0) {
    const std::size_t taken = std::min(left, wanted);
    if (events_.compare_exchange_weak(left, left - taken, std::memory_order_relaxed)) return taken;
  }
  return 0;
}

Recorder::Recorder(const Plan& plan, int threads, EventRoom& room)
    : room_(&room),
      tracks_(static_cast<std::size_t>(threads)),
      totals_(static_cast<std::size_t>(threads), std::vector<Total>(plan.instructions.size())) {
  tracks_[0].thread = std::this_thread::get_id();
}

bool Recorder::keep(Track& track, const Event& event) {
  constexpr std::size_t at_a_time = 256;  // so that threads seldom meet at the shared counter
  if (track.dropped != 0) return false;
  if (track.room == 0) track.room = room_->take(at_a_time);
  if (track.room == 0) return false;
  try {
    track.events.push_back(event);
  } catch (const std::bad_alloc&) {
    return false;
  }
  --track.room;
  return true;
}

void Recorder::add(int thread, std::uint32_t instruction, Time begin) {
  const Time end = now();
  const auto index = static_cast<std::size_t>(thread);
  Total& total = totals_[index][instruction];
  total.time += end - begin;
  total.longest = std::max(total.longest, end - begin);
  Track& track = tracks_[index];
  if (thread != 0 && track.events.empty()) track.thread = std::this_thread::get_id();
  if (!keep(track, {instruction, step_, begin, end})) ++track.dropped;
}

std::vector<Recorder::Total> Recorder::totals() const {
  std::vector<Total> sums(totals_[0].size());
  for (const std::vector<Total>& thread : totals_)
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i].count += thread[i].count;
      sums[i].time += thread[i].time;
      sums[i].longest = std::max(sums[i].longest, thread[i].longest);
    }
  return sums;
}

}  // namespace deft
