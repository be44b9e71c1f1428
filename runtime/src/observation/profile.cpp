#include <deft/runtime/profile.hpp>

#include <algorithm>
#include <map>
#include <new>
#include <utility>

#include "profile_state.hpp"
#include "trace.hpp"

namespace deft {
namespace {

void add_totals(PlanTotals& sums, const ProfiledRun& run) {
  const std::vector<Recorder::Total> totals = run.recorder.totals();
  sums.instructions.resize(totals.size());
  for (std::size_t i = 0; i < totals.size(); ++i) {
    sums.instructions[i].count += totals[i].count;
    sums.instructions[i].time += totals[i].time;
    sums.instructions[i].longest = std::max(sums.instructions[i].longest, totals[i].longest);
  }
  ++sums.runs;
  sums.steps += run.steps;
  sums.step_time += run.recorder.step_time();
}

/// Whether the run's plan, which a profile keeps alive, is one of those that it knows or has room
/// for. The first one is taken whatever it holds.
bool has_room(ProfileState& state, const std::shared_ptr<const Plan>& plan) {
  constexpr std::size_t max_plan_bytes = std::size_t{64} << 20;
  if (state.plans.contains(plan)) return true;
  if (state.plans.size() == Profile::max_plans) return false;
  if (!state.plans.empty() && (state.plan_bytes >= max_plan_bytes ||
                               plan->folded_bytes > max_plan_bytes - state.plan_bytes))
    return false;
  state.plan_bytes += plan->folded_bytes;
  return true;
}

/// Whether there is room for one more traced run and its tracks, which take memory themselves.
bool takes_run(ProfileState& state, const ProfiledRun& run) {
  constexpr std::size_t most = std::size_t{1} << 15;
  const std::size_t wanted = 1 + run.recorder.tracks().size();
  if (wanted > most - state.runs_and_tracks) return false;
  state.runs_and_tracks += wanted;
  return true;
}

void drop_events(ProfileState& state, const ProfiledRun& run) {
  for (const Recorder::Track& track : run.recorder.tracks())
    state.dropped += track.dropped + static_cast<std::int64_t>(track.events.size());
}

/// Forgets the run: others get its room.
void drop_run(ProfileState& state, const ProfiledRun& run) {
  ++state.dropped_runs;
  for (const Recorder::Track& track : run.recorder.tracks())
    state.room.give_back(track.events.size() + track.room);
}

bool has_events(const ProfiledRun& run) {
  return std::ranges::any_of(run.recorder.tracks(),
                             [](const Recorder::Track& track) { return !track.events.empty(); });
}

void keep_events(ProfileState& state, ProfiledRun& run) {
  TracedRun traced{.plan = run.plan,
                   .caller = run.recorder.tracks()[0].thread,
                   .tracks = {},
                   .begin = run.begin,
                   .end = run.end,
                   .steps = run.steps};
  std::int64_t dropped = 0;
  std::size_t unused = 0;
  for (std::size_t i = 0; i < run.recorder.tracks().size(); ++i) {
    Recorder::Track& track = run.recorder.tracks()[i];
    dropped += track.dropped;
    unused += track.room;
    if (track.events.empty()) continue;
    track.events.shrink_to_fit();
    traced.tracks.push_back({i, track.thread, std::move(track.events)});
  }
  state.dropped += dropped;
  // The trace ends where it first lacks room: later runs get none.
  if (dropped == 0) state.room.give_back(unused);
  if (!traced.tracks.empty()) state.runs.push_back(std::move(traced));
}

}  // namespace

Profile::Profile() : state_(std::make_shared<ProfileState>()) {}

std::vector<Profile::Row> Profile::rows() const {
  const std::lock_guard lock(state_->mutex);
  std::map<const Node*, Row> by_node;  // a node may be part of several plans
  for (const auto& [plan, totals] : state_->plans) {
    for (std::size_t i = 0; i < totals.instructions.size(); ++i) {
      const Recorder::Total& total = totals.instructions[i];
      if (total.count == 0) continue;
      const Node& node = plan->graph.node(plan->instructions[i].node);
      Row& row = by_node[&node];
      row.op = plan->op_of(static_cast<std::uint32_t>(i));
      row.node = node.name();
      row.where = node.where;
      row.count += total.count;
      row.total += total.time;
      row.longest = std::max<std::chrono::nanoseconds>(row.longest, total.longest);
    }
  }
  std::vector<Row> rows;
  rows.reserve(by_node.size());
  for (auto& entry : by_node) rows.push_back(std::move(entry.second));
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return a.total != b.total ? a.total > b.total : a.node < b.node;
  });
  return rows;
}

std::string Profile::trace() const {
  const std::lock_guard lock(state_->mutex);
  return trace_text(state_->runs, state_->dropped);
}

void keep_run(const Profile& profile, ProfiledRun run) noexcept {
  ProfileState& state = ProfileState::of(profile);
  const std::lock_guard lock(state.mutex);
  try {
    if (!has_room(state, run.plan)) return drop_run(state, run);
    add_totals(state.plans[run.plan], run);
    if (has_events(run) && !takes_run(state, run)) return drop_events(state, run);
    keep_events(state, run);
  } catch (const std::bad_alloc&) {  // a profile is no reason to fail a run
  }
}

EventRoom& event_room(const Profile& profile) { return ProfileState::of(profile).room; }

std::optional<PlanTotals> totals_of(const Profile& profile,
                                    const std::shared_ptr<const Plan>& plan) {
  ProfileState& state = ProfileState::of(profile);
  const std::lock_guard lock(state.mutex);
  const auto found = state.plans.find(plan);
  if (found == state.plans.end() || found->second.steps == 0) return std::nullopt;
  return found->second;
}

}  // namespace deft
