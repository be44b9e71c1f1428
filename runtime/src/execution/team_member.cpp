#include "team_member.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace deft {
namespace {

// Nanoseconds of estimated work.
constexpr float handover = 2000;      // from here on an instruction is offered to other threads
constexpr double local_limit = 8000;  // of smaller instructions that a thread keeps for itself

}  // namespace

Team::Member::Member(Team& team, int thread)
    : team_(team),
      plan_(team.plan_),
      thread_(thread),
      watched_(team.plan_, team.frame_, team.watch_, thread),
      chaos_(team.chaos_seed_ ? std::optional(*team.chaos_seed_ + team.step_) : std::nullopt,
             thread) {}

/// Does `work`, unless a failure comes before it in plan order. What comes before a failure is done
/// all the same, so the first failure is always found.
template <class Work>
void Team::Member::attempt(std::uint32_t instruction, std::int64_t block, Work work) {
  if (team_.interrupted_.load(std::memory_order_relaxed)) return;
  if (instruction >= team_.failed_.load(std::memory_order_relaxed) &&
      team_.comes_after_failure(instruction, block))
    return;
  try {
    work();
  } catch (const Interrupted&) {
    team_.interrupted_.store(true, std::memory_order_relaxed);
  } catch (...) {
    team_.record_failure(instruction, block);
  }
}

bool Team::Member::keep(std::uint32_t instruction) {
  const float cost = plan_.instructions[instruction].nanoseconds;
  const bool wanted = chaos_.is_active() ? chaos_.flip()
                      : cost < handover  ? local_nanoseconds_ < local_limit
                                         : local_count_ == 0;
  if (!wanted || local_count_ == local_.size()) return false;
  local_[local_count_++] = instruction;
  local_nanoseconds_ += cost;
  return true;
}

void Team::Member::make_ready(std::uint32_t instruction) {
  if (!keep(instruction)) {
    const float cost = plan_.instructions[instruction].nanoseconds;
    team_.memory_.queues.of(thread_).push(ready(instruction));
    team_.call_for(cost);
  }
}

void Team::Member::work() {
  while (true) {
    if (local_count_ != 0) {
      run(take_local());
      continue;
    }
    report_finished();
    const std::uint32_t item = team_.memory_.queues.pop(thread_);
    if (item == none) return;
    if ((item & 1U) != 0)
      share(item >> 1);
    else
      run(item >> 1);
  }
}

std::uint32_t Team::Member::take_local() {
  const std::size_t at = chaos_.is_active() ? chaos_.below(static_cast<std::uint32_t>(local_count_))
                                            : local_count_ - 1;
  std::swap(local_[at], local_[local_count_ - 1]);
  const std::uint32_t instruction = local_[--local_count_];
  local_nanoseconds_ -= plan_.instructions[instruction].nanoseconds;
  if (local_count_ == 0) local_nanoseconds_ = 0;
  return instruction;
}

void Team::Member::report_finished() {
  if (finished_ == 0) return;
  const std::uint32_t before = team_.unfinished_.fetch_sub(finished_, std::memory_order_seq_cst);
  if (before == finished_ && team_.caller_sleeps_.load(std::memory_order_seq_cst))
    team_.pool_.call(true);
  finished_ = 0;
}

void Team::Member::run(std::uint32_t instruction) {
  chaos_.delay();
  const Instruction& i = plan_.instructions[instruction];
  if (i.split != none) {
    SplitState& split = *team_.memory_.splits[i.split];
    split.reset();
    invite(instruction);
    share(instruction);
    return;
  }
  attempt(instruction, 0, [&] { execute(instruction); });
  complete(instruction);
}

void Team::Member::execute(std::uint32_t instruction) {
  if (!team_.watch_.is_empty()) return watched_.execute(instruction);
  const Instruction& i = plan_.instructions[instruction];
  i.execute(team_.frame_.args(i, nullptr, thread_));
}

void Team::Member::invite(std::uint32_t instruction) {
  const Split& split = plan_.splits[plan_.instructions[instruction].split];
  const int others = std::min(team_.pool_.workers(), static_cast<int>(split.chunks) - 1);
  for (int k = 0; k < others; ++k) team_.memory_.queues.of(thread_).push(shared(instruction));
  team_.call_for(plan_.instructions[instruction].nanoseconds / 2);
}

/// Works on the chunks of a split instruction until none is left. Whoever finishes the last one
/// completes it.
void Team::Member::share(std::uint32_t instruction) {
  const Instruction& i = plan_.instructions[instruction];
  const Split& cut = plan_.splits[i.split];
  SplitState& split = *team_.memory_.splits[i.split];
  std::uint32_t done = 0;
  for (std::uint32_t chunk = split.take(thread_); chunk != none; chunk = split.take(thread_)) {
    chaos_.delay();
    const std::int64_t begin = chunk * cut.blocks_per_chunk;
    const std::int64_t end = std::min(begin + cut.blocks_per_chunk, i.blocks);
    attempt(instruction, begin, [&] {
      if (!team_.watch_.is_empty()) return watched_.run_blocks(instruction, begin, end);
      i.run(i.state, team_.frame_.args(i, nullptr, thread_), begin, end);
    });
    ++done;
  }
  if (done == 0 || !split.finish(done)) return;
  attempt(instruction, i.blocks, [&] {
    if (!team_.watch_.is_empty()) return watched_.finish(instruction);
    i.combine(team_.frame_.args(i, nullptr, thread_));
  });
  complete(instruction);
}

void Team::Member::complete(std::uint32_t instruction) {
  for (const std::uint32_t next : plan_.successors_of(instruction))
    if (plan_.num_dependencies[next] == 1 ||
        team_.memory_.pending[next].fetch_sub(1, std::memory_order_acq_rel) == 1)
      make_ready(next);
  ++finished_;
}

}  // namespace deft
