#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <deft/runtime/profile.hpp>

#include "plan.hpp"
#include "recorder.hpp"

namespace deft {

/// One run as a Profile keeps it.
struct ProfiledRun {
  std::shared_ptr<const Plan> plan;
  Recorder recorder;
  Recorder::Time begin;
  Recorder::Time end;
  std::int64_t steps = 0;  // complete ones
};

/// What the copies of a Profile share.
struct ProfileState {
  static ProfileState& of(const Profile& profile) { return *profile.state_; }

  std::mutex mutex;  // guards the rest
  std::vector<ProfiledRun> runs;
};

/// Adds a run to a profile.
void keep_run(const Profile& profile, ProfiledRun run);

}  // namespace deft
