#include "run_steps.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/fork.hpp>

#include "executor.hpp"
#include "group_turn.hpp"
#include "interrupt.hpp"
#include "kernels/environment/standard_arithmetic.hpp"
#include "lockstep.hpp"
#include "observation/profile_state.hpp"
#include "once_part.hpp"
#include "run_scope.hpp"
#include "session/borrowed_frame.hpp"
#include "team.hpp"
#include "units.hpp"
#include "watch.hpp"

namespace deft {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void refuse_nested(const RunScope& outer, SourceLocation where) {
  const bool by_kernel = outer.caller() == RunScope::Caller::kernel;
  throw RunError({.code = ErrorCode::write_conflict,
                  .message = std::string("a run that assigns variables was started by ") +
                             (by_kernel ? "a kernel" : "the condition RunOptions::until") +
                             " of another such run of the same session",
                  .cure = by_kernel ? "make the assign part of the outer run's graph"
                                    : "start it from RunOptions::on_progress",
                  .where = where});
}

/// Runs that write take turns. One that starts inside another would wait for itself. Throws
/// Interrupted if `interrupt`, which may be null, is due before it is this run's turn.
std::unique_lock<std::timed_mutex> lock_writer(const Plan& plan, VariableStore& variables,
                                               const RunInterrupt* interrupt,
                                               SourceLocation where) {
  if (!plan.writes) return {};
  if (const RunScope* const outer = RunScope::writing(&variables)) refuse_nested(*outer, where);
  if (interrupt == nullptr) return std::unique_lock(variables.writer());
  std::unique_lock lock(variables.writer(), std::defer_lock);
  // By the system's clock: ThreadSanitizer does not see a lock that waits by the steady one.
  const auto soon = [] { return std::chrono::system_clock::now() + std::chrono::milliseconds(1); };
  while (!lock.try_lock_until(soon())) interrupt->check();
  return lock;
}

/// "20.5 ms"
std::string milliseconds_text(std::chrono::nanoseconds time) {
  std::string text = fixed_text(std::chrono::duration<double, std::milli>(time).count(), 6);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " ms";
}

class Run {
 public:
  Run(RunnablePlan& runnable, Frame& frame, std::span<const Tensor* const> feeds,
      std::size_t num_fetches, const RunOptions& options, const RunInterrupt& interrupt,
      const RunContext& context)
      : shared_plan_(runnable.shared_plan()),
        plan_(*shared_plan_),
        frame_(frame),
        num_fetches_(num_fetches),
        options_(options),
        context_(context),
        interrupt_(interrupt),
        scope_(&context.variables, plan_.writes) {
    if (interrupt_.is_active()) watch_.interrupt = &interrupt_;
    watch_.check_numerics = options.check_numerics;
    if (options.profile != nullptr) {
      recorder_ = std::make_unique<Recorder>(plan_, context.pool.workers() + 1,
                                             event_room(*options.profile));
      watch_.recorder = recorder_.get();
    }
    if (RunnablePlan* const once = runnable.once())
      once_.emplace(*once, feeds, options, context, scope_, watch_.interrupt);
    if (plan_.parallel && context.pool.workers() > 0)
      team_.emplace(plan_, frame, context.pool, scope_, watch_, context.options.chaos_seed);
    // A step in lockstep is short: it is enough that the interrupt is asked before each.
    if (Lockstep::pays(plan_, options.steps) && !watch_.check_numerics && !recorder_)
      lockstep_.emplace(runnable, frame, plan_.lockstep, context.pool, scope_);
  }

  std::vector<Tensor> run() {
    const Clock::time_point begin = recorder_ || by_interval() ? Clock::now() : Clock::time_point{};
    last_report_ = begin;
    try {
      // A callback may itself use the session, so it is called between two transactions.
      while (!ended_) {
        run_transaction();
        report();
      }
    } catch (...) {
      if (turn_) turn_->fail();
      if (!is_forked()) record(begin);
      throw;
    }
    record(begin);
    return std::move(fetches_);
  }

  std::int64_t done() const { return done_; }

 private:
  /// Steps between two moments at which others may see and change the variables.
  void run_transaction() {
    const std::unique_lock writer =
        lock_writer(plan_, context_.variables, watch_.interrupt, options_.where);
    const EnterScope working(scope_);
    const StandardArithmetic arithmetic;
    if (lockstep_) lockstep_->dismiss();
    frame_.begin_run(context_.variables, options_.steps - done_, options_.where);
    if (once_) once_->make_ready(plan_, frame_);
    if (plan_.step_group && !turn_)
      turn_.emplace(plan_, frame_, context_.variables, options_.steps - done_, options_.where);
    const std::int64_t before = done_;
    try {
      while (!run_step(before)) continue;
    } catch (...) {
      if (turn_) turn_->complete(done_ - before);
      if (done_ != before && !is_forked()) frame_.publish(context_.variables);
      throw;
    }
    if (plan_.writes) frame_.publish(context_.variables);
    if (turn_) turn_->complete(done_ - before);
  }

  /// One step; true if the transaction ends with it.
  bool run_step(std::int64_t before) {
    if (watch_.interrupt != nullptr) interrupt_.check();
    if (recorder_) recorder_->begin_step(done_);
    run_instructions();
    if (recorder_) recorder_->end_step();
    ended_ = is_reached() || done_ + 1 == options_.steps;
    if (ended_) take_fetches();
    complete_step();
    return ended_ || report_is_due(before);
  }

  void run_instructions() {
    const std::int64_t remaining = options_.steps - done_;
    if (lockstep_ && lockstep_->run_step(remaining)) return;
    if (team_ && team_->pays(remaining)) return team_->run_step();
    run_in_order(plan_, frame_, watch_);
  }

  /// Whether RunOptions::until holds. The step is complete even if the condition throws.
  bool is_reached() {
    if (!options_.until.reached) return false;
    const double value = frame_.scalar(num_fetches_);
    const RunScope scope(&context_.variables, plan_.writes, RunScope::Caller::until);
    const EnterScope asking(scope);
    try {
      const bool reached = options_.until.reached(value);
      refuse_forked();
      return reached;
    } catch (...) {
      complete_step();
      throw;
    }
  }

  void report() {
    if (!options_.on_progress) return;
    options_.on_progress({.step = done_, .steps = options_.steps});
    refuse_forked();
  }

  /// True in a child that a callback of the run has forked.
  bool is_forked() const { return fork_generation() != made_in_; }

  /// Throws in such a child: it has none of the threads that work for the run, and nobody would
  /// ever release the locks that they held.
  void refuse_forked() {
    if (!is_forked()) return;
    throw RunError({.code = ErrorCode::forked,
                    .message = "the process was forked by a callback of this run, so its threads "
                               "are gone in the child",
                    .cure = "make a Session in the child process",
                    .where = options_.where});
  }

  void complete_step() {
    frame_.advance();
    ++done_;
  }

  void take_fetches() {
    fetches_.reserve(num_fetches_);
    for (std::size_t i = 0; i < num_fetches_; ++i) fetches_.push_back(frame_.fetch(i));
  }

  bool by_interval() const {
    return options_.on_progress && options_.progress_interval.count() > 0;
  }

  bool report_is_due(std::int64_t before) {
    if (!options_.on_progress) return false;
    if (!by_interval()) return done_ - before == options_.progress_every;
    const Clock::time_point now = Clock::now();
    if (now - last_report_ < options_.progress_interval) return false;
    last_report_ = now;
    return true;
  }

  void record(Clock::time_point begin) {
    if (recorder_)
      keep_run(*options_.profile, {.plan = shared_plan_,
                                   .recorder = std::move(*recorder_),
                                   .begin = begin,
                                   .end = Clock::now(),
                                   .steps = done_});
  }

  const std::shared_ptr<const Plan>& shared_plan_;
  const Plan& plan_;
  Frame& frame_;
  std::size_t num_fetches_;
  const RunOptions& options_;
  const RunContext& context_;
  const RunInterrupt& interrupt_;
  const RunScope scope_;
  Watch watch_;
  std::unique_ptr<Recorder> recorder_;
  std::optional<OncePart> once_;
  std::optional<Team> team_;
  std::optional<Lockstep> lockstep_;
  const std::uint64_t made_in_ = fork_generation();
  std::int64_t done_ = 0;  // complete steps
  bool ended_ = false;
  Clock::time_point last_report_{};
  std::vector<Tensor> fetches_;
  std::optional<GroupTurn> turn_;
};

}  // namespace

std::vector<Tensor> run_steps(RunnablePlan& runnable, std::span<const Tensor* const> feeds,
                              std::size_t num_fetches, const RunOptions& options,
                              const RunInterrupt& interrupt, const RunContext& context) {
  const BorrowedFrame frame(runnable);
  (*frame).bind_feeds(feeds);
  Run run(runnable, *frame, feeds, num_fetches, options, interrupt, context);
  try {
    return run.run();
  } catch (const Interrupted&) {
    throw interruption(interrupt, options, run.done());
  }
}

RunError interruption(const RunInterrupt& interrupt, const RunOptions& options, std::int64_t done) {
  const bool stopped = interrupt.reason() == RunInterrupt::Reason::stop;
  const std::string after = " after " + std::to_string(done) + " of " +
                            count_text(static_cast<std::size_t>(options.steps), "step");
  return RunError(
      {.code = stopped ? ErrorCode::cancelled : ErrorCode::deadline_exceeded,
       .message = stopped ? "the run was stopped" + after
                          : "the run has used up its timeout of " +
                                milliseconds_text(*options.timeout) + after,
       .cure = "the variables hold what the last complete step left; the session can go on",
       .where = options.where});
}

}  // namespace deft
