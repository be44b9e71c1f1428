#include <cstring>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/op_def.hpp>

#include "broken_text.hpp"
#include "group.hpp"

// What a group does in the runs of sessions.

namespace deft {

using collectives::Broken;
using collectives::Lane;

namespace {

/// How often who waits in a run asks whether the run is to end.
constexpr std::chrono::milliseconds between_looks{2};

/// What all ranks tell each other before a run, as bytes.
struct Note {
  char version[16] = DEFT_VERSION;
  RunFacts facts;
};

/// In what a rank differs from rank 0; empty if in nothing.
std::string difference(const Note& first, const Note& other) {
  const auto numbers = [](const char* what, std::int64_t of_other, std::int64_t of_first) {
    return std::string(what) + std::to_string(of_other) + ", rank 0 " + std::to_string(of_first);
  };
  if (std::memcmp(first.version, other.version, sizeof first.version) != 0)
    return "has version " + std::string(other.version) + " of deft, rank 0 " + first.version;
  const RunFacts& a = first.facts;
  const RunFacts& b = other.facts;
  if (a.plan != b.plan) return "is about to compute something else than rank 0";
  if (a.steps != b.steps) return numbers("is about to do so many steps: ", b.steps, a.steps);
  if (a.version != b.version)
    return numbers("has done so many steps with the group: ", b.version, a.version);
  if (a.variables != b.variables) return "has other values of the variables than rank 0";
  return "";
}

std::string cure(const Note& first, const Note& other) {
  if (first.facts.version != other.facts.version || first.facts.variables != other.facts.variables)
    return "let all ranks call Session::rejoin";
  return "run one program, with the same graph, fetches and steps, on all ranks";
}

}  // namespace

bool Communicator::Impl::asks_for_variables(std::uint64_t plan) const {
  const std::scoped_lock lock(mutex_);
  return present_ && present_->compared.count(plan) == 0;
}

void Communicator::Impl::begin_run(const RunFacts& facts, SourceLocation where) {
  check_process("Session::run", where);
  std::unique_lock lock(mutex_);
  if (in_run_ && runs_on_ == std::this_thread::get_id())
    throw RunError({.code = ErrorCode::write_conflict,
                    .message = "a run with collectives of a group was started by a callback of "
                               "another one of the same group",
                    .cure = "start it after that one",
                    .op = "Session::run",
                    .where = where});
  turn_changed_.wait(lock, [&] { return !in_run_; });
  in_run_ = true;
  runs_on_ = std::this_thread::get_id();
  lock.unlock();
  run_failed_ = false;
  try {
    compare(facts, where);
  } catch (...) {
    end_run();
    throw;
  }
}

void Communicator::Impl::compare(const RunFacts& facts, SourceLocation where) {
  const Note own{.facts = facts};
  std::vector<Note> notes;
  for (const auto& bytes : exchange(std::as_bytes(std::span(&own, 1)), where)) {
    Note& note = notes.emplace_back();
    if (bytes.size() == sizeof note) std::memcpy(&note, bytes.data(), sizeof note);
  }
  for (std::size_t other = 1; other < notes.size(); ++other)
    if (const std::string text = difference(notes[0], notes[other]); !text.empty())
      throw RunError({.code = ErrorCode::ranks_differ,
                      .message = "rank " + std::to_string(other) + ' ' + text,
                      .cure = cure(notes[0], notes[other]),
                      .op = "Session::run",
                      .where = where});
  const std::scoped_lock lock(mutex_);
  if (present_) present_->compared.insert(facts.plan);
}

void Communicator::Impl::vote(const KernelArgs& args) {
  if (!meeting_) return;
  if (!run_failed_ && connected_) lane_->start(vote_);
  wait_in_step(vote_, args);
}

void Communicator::Impl::abort_run() noexcept {
  run_failed_ = true;
  abort();
}

void Communicator::Impl::end_run() noexcept {
  if (is_forked()) return;
  if (meeting_) lane_->run([] {});
  const std::scoped_lock lock(mutex_);
  in_run_ = false;
  turn_changed_.notify_all();
}

/// Receives are posted as soon as the step before is done, before what the next one computes.
void Communicator::Impl::run_on_lane(Collective& collective) {
  if (collective.generation != generation_) {
    collective.algorithm.reset();
    collective.transport = present_->transport;
    collective.algorithm = collective.make(*collective.transport, present_->next_tag++);
    collective.generation = generation_;
  }
  collective.algorithm->run(deadline());
  collective.algorithm->post();
}

void Communicator::Impl::begin_in_step(Collective& collective) {
  if (run_failed_ || !connected_) return;
  collective.job.set([&] { run_on_lane(collective); });
  lane_->start(collective.job);
}

void Communicator::Impl::end_in_step(Collective& collective, const KernelArgs& args) {
  wait_in_step(collective.job, args);
}

void Communicator::Impl::wait_in_step(Lane::Job& job, const KernelArgs& args) {
  if (run_failed_) return;
  try {
    if (!connected_) throw Broken{Broken::Kind::aborted, -1};
    if (args.interrupt != nullptr)
      while (!lane_->wait_for(job, between_looks))
        if (args.interrupted()) abort_run();
    lane_->wait(job);
  } catch (const Broken& broken) {
    const bool failed_elsewhere = run_failed_;
    abort_run();
    if (failed_elsewhere) return;
    throw Refusal{ErrorCode::unavailable, collectives::text_of(broken, options_.timeout),
                  std::string(collectives::how_to_meet_again)};
  }
}

}  // namespace deft
