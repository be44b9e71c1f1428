#include "team.hpp"

#include <span>
#include <thread>
#include <utility>

#include "backoff.hpp"
#include "run_error.hpp"
#include "team_member.hpp"

namespace deft {
namespace {

constexpr std::uint32_t long_queue = 8;  // items of the queues from which it pays to wake a thread

}  // namespace

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
  return plan_.gain_nanoseconds * static_cast<double>(remaining) >= ThreadPool::worth_waking;
}

void Team::call_for(double nanoseconds) {
  const bool caller_sleeps = caller_sleeps_.load(std::memory_order_seq_cst);
  if (!caller_sleeps && helpers() == pool_.workers()) return;
  const bool much = nanoseconds >= ThreadPool::worth_waking || memory_.queues.size() >= long_queue;
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
      memory_.queues.of(static_cast<int>(i * threads / first.size())).fill(Member::ready(first[i]));
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
  if (interrupted_.load(std::memory_order_relaxed)) throw Interrupted{};
  if (failure_.exception) std::rethrow_exception(failure_.exception);
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
  } catch (...) {  // no memory for the text of the error
    exception = std::current_exception();
  }
  if (plan_.step_group) plan_.step_group->abort_run();
  const std::lock_guard lock(failure_mutex_);
  if (instruction > failure_.instruction ||
      (instruction == failure_.instruction && block >= failure_.block))
    return;
  failure_ = {instruction, block, exception};
  failed_.store(instruction, std::memory_order_relaxed);
}

}  // namespace deft
