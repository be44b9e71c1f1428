#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <deft/runtime/profile.hpp>

#include "plan/plan.hpp"
#include "recorder.hpp"

namespace deft {

/// One run as its executor hands it to a Profile.
struct ProfiledRun {
  std::shared_ptr<const Plan> plan;
  Recorder recorder;
  Recorder::Time begin;
  Recorder::Time end;
  std::int64_t steps = 0;  // complete ones
};

/// The events of a run.
struct TracedRun {
  /// Of one thread: 0 is the caller of the run, k worker k of the session.
  struct Track {
    std::size_t index = 0;
    std::thread::id thread;
    std::vector<Recorder::Event> events;
  };
  std::shared_ptr<const Plan> plan;
  std::thread::id caller;
  std::vector<Track> tracks;  // those with events
  Recorder::Time begin;
  Recorder::Time end;
  std::int64_t steps = 0;
};

/// What all runs of one plan took.
struct PlanTotals {
  std::vector<Recorder::Total> instructions;
  std::int64_t runs = 0;
  std::int64_t steps = 0;
  Recorder::Clock::duration step_time{0};
};

/// What the copies of a Profile share.
struct ProfileState {
  static ProfileState& of(const Profile& profile) { return *profile.state_; }

  EventRoom room{Profile::max_events};
  std::mutex mutex;  // guards the rest
  std::map<std::shared_ptr<const Plan>, PlanTotals> plans;
  std::size_t plan_bytes = 0;   // of the constants of these plans
  std::vector<TracedRun> runs;  // as far as there is room
  std::size_t runs_and_tracks = 0;
  std::int64_t dropped = 0;       // events
  std::int64_t dropped_runs = 0;  // of plans for which there was no room
};

/// Adds a run to a profile. Without memory the profile does not learn of it.
void keep_run(const Profile& profile, ProfiledRun run) noexcept;

/// Where a run's recorder takes room for events.
EventRoom& event_room(const Profile& profile);

/// What the runs of this very plan took; nothing if no step of it is complete.
std::optional<PlanTotals> totals_of(const Profile& profile,
                                    const std::shared_ptr<const Plan>& plan);

}  // namespace deft
