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
    add_totals(state.plans[run.plan], run);
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
