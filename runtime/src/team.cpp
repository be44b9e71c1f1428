#include "team.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "backoff.hpp"
#include "chaos.hpp"
#include "run_error.hpp"

namespace deft {
namespace {

// Nanoseconds of estimated work.
constexpr float handover = 2000;         // from here on an instruction is offered to other threads
constexpr double local_limit = 8000;     // of smaller ones that one thread keeps for itself
constexpr double wake_up = 50e3;         // from here on it pays to wake a thread
constexpr std::uint32_t long_queue = 8;  // and from so many items on

// Items of the queue: an instruction that is ready, or an invitation to share a split one.
constexpr std::uint32_t ready(std::uint32_t instruction) { return instruction << 1; }
constexpr std::uint32_t shared(std::uint32_t instruction) { return (instruction << 1) | 1U; }

}  // namespace

/// One thread at work on a step.
class Team::Member {
 public:
  Member(Team& team, int thread)
      : team_(team),
        plan_(team.plan_),
        thread_(thread),
        watched_(team.plan_, team.frame_, team.watch_, thread),
        chaos_(team.chaos_seed_ ? std::optional(*team.chaos_seed_ + team.step_) : std::nullopt,
               thread) {}

  /// Keeps for this thread an instruction that waits for nothing any more, if it is small or the
  /// only one; false if others should have it.
  bool keep(std::uint32_t instruction) {
    const float cost = plan_.instructions[instruction].nanoseconds;
    const bool wanted = chaos_.is_active() ? chaos_.flip()
                        : cost < handover  ? local_nanoseconds_ < local_limit
                                           : local_count_ == 0;
    if (!wanted || local_count_ == local_.size()) return false;
    local_[local_count_++] = instruction;
    local_nanoseconds_ += cost;
    return true;
  }

  void make_ready(std::uint32_t instruction) {
    if (!keep(instruction)) {
      const float cost = plan_.instructions[instruction].nanoseconds;
      team_.memory_.queues.of(thread_).push(ready(instruction));
      team_.call_for(cost);
    }
  }

  /// Works until this thread finds nothing more to do.
  void work() {
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

 private:
  std::uint32_t take_local() {
    const std::size_t at = chaos_.is_active()
                               ? chaos_.below(static_cast<std::uint32_t>(local_count_))
                               : local_count_ - 1;
    std::swap(local_[at], local_[local_count_ - 1]);
    const std::uint32_t instruction = local_[--local_count_];
    local_nanoseconds_ -= plan_.instructions[instruction].nanoseconds;
    if (local_count_ == 0) local_nanoseconds_ = 0;
    return instruction;
  }

  void report_finished() {
    if (finished_ == 0) return;
    const std::uint32_t before = team_.unfinished_.fetch_sub(finished_, std::memory_order_seq_cst);
    if (before == finished_ && team_.caller_sleeps_.load(std::memory_order_seq_cst))
      team_.pool_.call(true);
    finished_ = 0;
  }

  void run(std::uint32_t instruction) {
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

  void execute(std::uint32_t instruction) {
    if (!team_.watch_.is_empty()) return watched_.execute(instruction);
    const Instruction& i = plan_.instructions[instruction];
    const KernelArgs args = team_.frame_.args(i, nullptr, thread_);
    i.run(i.state, args, 0, i.blocks);
    if (i.finish != nullptr) i.finish(i.state, args);
  }

  void invite(std::uint32_t instruction) {
    const Split& split = plan_.splits[plan_.instructions[instruction].split];
    const int others = std::min(team_.pool_.workers(), static_cast<int>(split.chunks) - 1);
    for (int k = 0; k < others; ++k) team_.memory_.queues.of(thread_).push(shared(instruction));
    team_.call_for(plan_.instructions[instruction].nanoseconds / 2);
  }

  /// Works on the chunks of a split instruction until none is left. Whoever finishes the last one
  /// completes it.
  void share(std::uint32_t instruction) {
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
      if (i.finish != nullptr) i.finish(i.state, team_.frame_.args(i, nullptr, thread_));
    });
    complete(instruction);
  }

  /// Skips what comes after a failure in plan order, but nothing before it: so the first failure is
  /// always found.
  template <class Work>
  void attempt(std::uint32_t instruction, std::int64_t block, Work work) {
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

  void complete(std::uint32_t instruction) {
    for (const std::uint32_t next : plan_.successors_of(instruction))
      if (plan_.num_dependencies[next] == 1 ||
          team_.memory_.pending[next].fetch_sub(1, std::memory_order_acq_rel) == 1)
        make_ready(next);
    ++finished_;
  }

  Team& team_;
  const Plan& plan_;
  int thread_;
  WatchedThread watched_;
  Chaos chaos_;
  std::array<std::uint32_t, 64> local_{};  // ready, and kept by this thread
  std::size_t local_count_ = 0;
  double local_nanoseconds_ = 0;
  std::uint32_t finished_ = 0;  // instructions since the last report
};

Team::Team(const Plan& plan, Frame& frame, ThreadPool& pool, const RunScope& scope,
           const Watch& watch, std::optional<std::uint64_t> chaos_seed)
    : plan_(plan),
      frame_(frame),
      memory_(frame.team()),
      pool_(pool),
      scope_(scope),
      watch_(watch),
      chaos_seed_(chaos_seed) {
  pool_.open(*this);
}

Team::~Team() { pool_.close(*this); }

bool Team::pays(std::int64_t remaining) const {
  if (helpers() > 0 || pool_.has_awake() || chaos_seed_) return true;
  const double gain = plan_.work_nanoseconds - plan_.team_nanoseconds;
  return gain * static_cast<double>(remaining) >= wake_up;
}

void Team::call_for(double nanoseconds) {
  const bool caller_sleeps = caller_sleeps_.load(std::memory_order_seq_cst);
  if (!caller_sleeps && helpers() == pool_.workers()) return;
  const bool much = nanoseconds >= wake_up || memory_.queues.size() >= long_queue;
  const bool first = should_wake_.load(std::memory_order_relaxed) &&
                     should_wake_.exchange(false, std::memory_order_relaxed);
  pool_.call(caller_sleeps || much || first || chaos_seed_.has_value());
}

void Team::begin_step() {
  memory_.queues.clear();
  for (std::uint32_t i = 0; i < plan_.instructions.size(); ++i)
    memory_.pending[i].store(plan_.num_dependencies[i], std::memory_order_relaxed);
  unfinished_.store(static_cast<std::uint32_t>(plan_.instructions.size()),
                    std::memory_order_relaxed);
  ++step_;
}

/// Deals out the instructions that wait for nothing, before the step is open: small ones to the
/// caller, the others to all threads alike.
void Team::deal(Member& caller) {
  const std::span<const std::uint32_t> first = plan_.initial;
  const auto threads = static_cast<std::size_t>(pool_.workers()) + 1;
  for (std::size_t i = 0; i < first.size(); ++i)
    if (!caller.keep(first[i]))
      memory_.queues.of(static_cast<int>(i * threads / first.size())).fill(ready(first[i]));
}

/// Works until all instructions are done, by whomever.
void Team::wait_for_end(Member& caller) {
  Backoff backoff;
  while (true) {
    caller.work();
    if (unfinished_.load(std::memory_order_acquire) == 0) return;
    if (memory_.queues.size() != 0) {
      backoff.reset();
    } else if (!backoff.wait()) {
      caller_sleeps_.store(true, std::memory_order_seq_cst);
      const std::uint32_t calls = pool_.calls();
      if (unfinished_.load(std::memory_order_seq_cst) != 0 && memory_.queues.size() == 0)
        pool_.sleep(calls);
      caller_sleeps_.store(false, std::memory_order_seq_cst);
      backoff.reset();
    }
  }
}

void Team::run_step() {
  begin_step();
  Member caller(*this, 0);
  deal(caller);
  should_wake_.store(helpers() == 0 && !pool_.has_awake(), std::memory_order_relaxed);
  open_.store(true, std::memory_order_seq_cst);
  if (memory_.queues.size() != 0) call_for(plan_.work_nanoseconds);
  wait_for_end(caller);
  open_.store(false, std::memory_order_seq_cst);
  Backoff backoff;
  while (inside_.load(std::memory_order_seq_cst) != 0)
    if (!backoff.wait()) std::this_thread::yield();
  if (interrupted_.exchange(false, std::memory_order_relaxed)) {
    failed_.store(none, std::memory_order_relaxed);
    failure_ = {};
    throw Interrupted{};
  }
  if (failed_.exchange(none, std::memory_order_relaxed) == none) return;
  std::rethrow_exception(std::exchange(failure_, {}).exception);
}

bool Team::wants_help() const {
  return open_.load(std::memory_order_relaxed) && memory_.queues.size() != 0;
}

void Team::help(int worker) {
  const EnterScope working(scope_);
  Backoff backoff;
  while (!is_closed()) {
    if (open_.load(std::memory_order_relaxed)) {
      inside_.fetch_add(1, std::memory_order_seq_cst);
      const bool stays = help_with_step(worker, backoff);
      inside_.fetch_sub(1, std::memory_order_seq_cst);
      if (!stays) return;
    } else if (!backoff.wait()) {
      return;
    }
  }
}

/// Works on the present step until it is over; false if there has been nothing to do for a while.
bool Team::help_with_step(int worker, Backoff& backoff) {
  if (!open_.load(std::memory_order_seq_cst)) return true;
  Member member(*this, worker + 1);
  while (open_.load(std::memory_order_relaxed)) {
    if (memory_.queues.size() != 0) {
      member.work();
      backoff.reset();
    } else if (!backoff.wait()) {
      return false;
    }
  }
  return true;
}

bool Team::comes_after_failure(std::uint32_t instruction, std::int64_t block) const {
  Team& self = const_cast<Team&>(*this);
  const std::lock_guard lock(self.failure_mutex_);
  return instruction > failure_.instruction ||
         (instruction == failure_.instruction && block >= failure_.block);
}

void Team::record_failure(std::uint32_t instruction, std::int64_t block) noexcept {
  std::exception_ptr exception;
  try {
    const Node& node = plan_.graph.node(plan_.instructions[instruction].node);
    exception = failure_of("the kernel", node, plan_.graph);
  } catch (...) {  // no memory for the text
    exception = std::current_exception();
  }
  const std::lock_guard lock(failure_mutex_);
  if (instruction > failure_.instruction ||
      (instruction == failure_.instruction && block >= failure_.block))
    return;
  failure_ = {instruction, block, exception};
  failed_.store(instruction, std::memory_order_relaxed);
}

}  // namespace deft
