#include "lockstep.hpp"

#include <algorithm>
#include <cstring>
#include <thread>

#include "backoff.hpp"
#include "session/available_cpus.hpp"

namespace deft {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int tight_looks = 1000;                   // for a letter, before one at the clock
constexpr std::chrono::microseconds spin_time{10};  // without letting other threads run
constexpr std::chrono::milliseconds idle_time{2};   // of a worker, until it looks for other work
constexpr std::int64_t steps_between_calls = 1000;
constexpr std::int64_t steps_between_looks = 64;  // for newcomers

/// Calls take(address, bytes) for each of the partials that blocks [begin, end) leave in `scratch`.
template <class Scratch, class Take>
void for_each_partial(const std::vector<Kernel::Partials>& partials, std::int64_t begin,
                      std::int64_t end, Scratch* scratch, Take take) {
  for (const Kernel::Partials& each : partials) {
    const std::size_t first =
        std::min(static_cast<std::size_t>(begin) * each.block_bytes, each.bytes);
    const std::size_t last = std::min(static_cast<std::size_t>(end) * each.block_bytes, each.bytes);
    take(scratch + each.offset + first, last - first);
  }
}

std::int64_t first_block(std::int64_t blocks, std::size_t rank, std::size_t members) {
  return blocks * static_cast<std::int64_t>(rank) / static_cast<std::int64_t>(members);
}

std::size_t letter_bytes(const Plan& plan) {
  std::size_t most = 0;
  for (const auto& [instruction, partials] : plan.partials) {
    std::size_t bytes = 0;
    for (const Kernel::Partials& each : partials) bytes += each.bytes;
    most = std::max(most, bytes);
  }
  return most;
}

}  // namespace

Lockstep::Lockstep(RunnablePlan& runnable, Frame& frame, int threads, ThreadPool& pool,
                   const RunScope& scope, std::chrono::nanoseconds patience)
    : plan_(runnable.plan()),
      pool_(pool),
      scope_(scope),
      patience_(patience),
      partials_(plan_.instructions.size()) {
  for (const auto& [instruction, partials] : plan_.partials) partials_[instruction] = &partials;
  const std::size_t bytes = letter_bytes(plan_);
  members_.push_back(std::make_unique<Member>(frame, 0, bytes));
  for (int thread = 1; thread < threads; ++thread) {
    Frame& own = **frames_.emplace_back(std::make_unique<BorrowedFrame>(runnable));
    own.prepare_to_follow();
    members_.push_back(std::make_unique<Member>(own, thread, bytes));
  }
  see_cpu(*members_[0]);
  for (const auto& member : members_) member->everyone.reserve(members_.size());
  pool_.open(*this);
}

bool Lockstep::pays(const Plan& plan, std::int64_t steps) {
  return plan.lockstep > 1 &&
         plan.gain_nanoseconds * static_cast<double>(steps) >= ThreadPool::worth_waking;
}

Lockstep::~Lockstep() {
  end_stretch();
  pool_.close(*this);
}

void Lockstep::dismiss() {
  end_stretch();
  Backoff backoff;
  while (has_any(State::working))
    if (!backoff.wait()) std::this_thread::yield();
}

bool Lockstep::wants_help() const { return helpers() + 1 < static_cast<int>(members_.size()); }

bool Lockstep::has_any(State state) const {
  return std::ranges::any_of(members_, [&](const auto& member) {
    return member->state.load(std::memory_order_acquire) == state;
  });
}

/// Asks workers to come. A worker that the system has left on the caller's CPU needs that CPU for a
/// moment, so the caller yields.
void Lockstep::call(std::int64_t remaining) {
  next_call_ = steps_between_calls;
  const bool wakes = pays(plan_, remaining);
  pool_.call(wakes);
  if (wakes) std::this_thread::yield();
}

/// Lets the workers that wait take part from here on; false if no worker waits, or a late one may
/// still read letters of the last stretch. A worker that waits on the caller's CPU is no help.
bool Lockstep::begin_stretch(std::int64_t remaining) {
  if (has_any(State::working)) return false;
  Member& caller = *members_[0];
  caller.everyone.assign(1, &caller);
  if (has_any(State::waiting)) {
    const int cpu = see_cpu(caller);
    for (std::size_t i = 1; i < members_.size(); ++i) {
      State expected = State::waiting;
      if (members_[i]->cpu.load(std::memory_order_relaxed) != cpu &&
          members_[i]->state.compare_exchange_strong(expected, State::invited,
                                                     std::memory_order_acquire))
        caller.everyone.push_back(members_[i].get());
    }
  }
  if (caller.everyone.size() == 1) {
    if (next_call_-- == 0) call(remaining);
    return false;
  }
  caller.letters += 2;  // in the last stretch a worker may have been one ahead
  caller.stretch = stretch_.load(std::memory_order_relaxed);
  for (std::size_t rank = 1; rank < caller.everyone.size(); ++rank) {
    Member& worker = *caller.everyone[rank];
    worker.frame.follow(caller.frame);
    worker.everyone = caller.everyone;
    worker.rank = rank;
    worker.letters = caller.letters;
    worker.stretch = caller.stretch;
    worker.state.store(State::working, std::memory_order_release);
  }
  return true;
}

bool Lockstep::run_step(std::int64_t remaining) {
  Member& caller = *members_[0];
  const bool together =
      caller.stretch == stretch_.load(std::memory_order_relaxed) && caller.everyone.size() > 1;
  if (!together && !begin_stretch(remaining)) return false;
  try {
    if (do_step(caller)) {
      if (++steps_ % steps_between_looks == 0 && has_any(State::waiting)) end_stretch();
      return true;
    }
  } catch (...) {  // alone, the caller meets the same failure, and learns which node's it is
  }
  end_stretch();
  return false;
}

void Lockstep::help(int) {
  const auto free = std::ranges::find_if(members_.begin() + 1, members_.end(), [](auto& member) {
    State expected = State::away;
    return member->state.compare_exchange_strong(expected, State::waiting,
                                                 std::memory_order_acq_rel);
  });
  if (free == members_.end()) return;
  Member& me = **free;
  const EnterScope working(scope_);
  Backoff backoff;
  while (true) {
    stay_off(members_[0]->cpu.load(std::memory_order_relaxed), me);
    if (me.state.load(std::memory_order_acquire) == State::working) {
      repeat_steps(me);
      me.state.store(State::waiting, std::memory_order_release);
      backoff.reset();
    } else if (is_closed() || !backoff.wait()) {
      State expected = State::waiting;
      if (me.state.compare_exchange_strong(expected, State::away, std::memory_order_acq_rel))
        return;
    }
  }
}

int Lockstep::see_cpu(Member& me) {
  const int cpu = current_cpu();
  me.cpu.store(cpu, std::memory_order_relaxed);
  return cpu;
}

/// Moves this thread away from `cpu`, the caller's: the system may let a woken thread wait for long
/// on the CPU of the thread that woke it.
void Lockstep::stay_off(int cpu, Member& me) {
  if (see_cpu(me) != cpu) return;
  leave_cpu(cpu);
  see_cpu(me);
}

void Lockstep::repeat_steps(Member& worker) {
  try {
    while (worker.stretch == stretch_.load(std::memory_order_relaxed) && do_step(worker))
      worker.frame.advance();
  } catch (...) {  // to the caller, this worker is late
  }
}

/// One step on the member's frame; false if others are late, or the stretch is over.
bool Lockstep::do_step(Member& me) {
  for (std::size_t i = 0; i < plan_.instructions.size(); ++i) {
    const Instruction& instruction = plan_.instructions[i];
    const KernelArgs args = me.frame.args(instruction, nullptr, me.thread);
    if (partials_[i] == nullptr)
      instruction.run(instruction.state, args, 0, instruction.blocks);
    else if (!share(me, instruction, args, *partials_[i]))
      return false;
    instruction.combine(args);
  }
  return true;
}

/// Runs the member's share of the blocks, and exchanges what they leave for what the blocks of the
/// others leave.
bool Lockstep::share(Member& me, const Instruction& instruction, const KernelArgs& args,
                     const std::vector<Kernel::Partials>& partials) {
  const std::size_t count = me.everyone.size();
  const auto first = [&](std::size_t rank) { return first_block(instruction.blocks, rank, count); };
  const std::uint64_t number = ++me.letters;
  me.mailbox.prefetch(number);
  instruction.run(instruction.state, args, first(me.rank), first(me.rank + 1));
  std::byte* to = me.mailbox.letter(number);
  for_each_partial(partials, first(me.rank), first(me.rank + 1), args.scratch,
                   [&](const std::byte* partial, std::size_t bytes) {
                     std::memcpy(to, partial, bytes);
                     to += bytes;
                   });
  me.mailbox.post(number);
  for (std::size_t rank = 0; rank < count; ++rank) {
    if (rank == me.rank) continue;
    const Member& other = *me.everyone[rank];
    if (!wait_for(other, me)) return false;
    const std::byte* from = other.mailbox.letter(number);
    for_each_partial(partials, first(rank), first(rank + 1), args.scratch,
                     [&](std::byte* partial, std::size_t bytes) {
                       std::memcpy(partial, from, bytes);
                       from += bytes;
                     });
  }
  return true;
}

/// Waits for the other's letter; false if that takes too long, or the stretch is over.
bool Lockstep::wait_for(const Member& other, const Member& me) const {
  const bool leads = &me == members_[0].get();
  const Clock::duration limit = leads ? patience_ : std::max<Clock::duration>(patience_, idle_time);
  Clock::time_point begin{};
  while (true) {
    for (int i = 0; i < tight_looks; ++i)
      if (other.mailbox.has(me.letters)) return true;
    if (stretch_.load(std::memory_order_relaxed) != me.stretch) return false;
    const Clock::time_point now = Clock::now();
    if (begin == Clock::time_point{}) begin = now;
    const Clock::duration waited = now - begin;
    if (waited >= limit) return false;
    if (waited >= spin_time) std::this_thread::yield();
  }
}

}  // namespace deft
