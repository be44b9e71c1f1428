#include <deft/runtime/profile.hpp>

#include "profile_state.hpp"

namespace deft {

Profile::Profile() : state_(std::make_shared<ProfileState>()) {}

void keep_run(const Profile& profile, ProfiledRun run) {
  ProfileState& state = ProfileState::of(profile);
  const std::lock_guard lock(state.mutex);
  state.runs.push_back(std::move(run));
}

}  // namespace deft
