#include "run_steps.hpp"

#include <algorithm>
#include <utility>

#include <deft/core/error.hpp>

#include "executor.hpp"
#include "run_scope.hpp"

namespace deft {
namespace {

/// The frame of a run; goes back to the plan when the run is over.
class BorrowedFrame {
 public:
  explicit BorrowedFrame(RunnablePlan& from) : from_(from), frame_(from.take_frame()) {}
  ~BorrowedFrame() {
    frame_->release();
    from_.give_back(std::move(frame_));
  }
  BorrowedFrame(const BorrowedFrame&) = delete;
  BorrowedFrame& operator=(const BorrowedFrame&) = delete;

  Frame& operator*() const { return *frame_; }
  Frame* operator->() const { return frame_.get(); }

 private:
  RunnablePlan& from_;
  std::unique_ptr<Frame> frame_;
};

/// The steps of one run between two moments at which others may see and change the variables.
class Transaction {
 public:
  Transaction(const Plan& plan, Frame& frame, VariableStore& variables, SourceLocation where)
      : plan_(plan), frame_(frame), variables_(variables), writer_(lock(plan, variables, where)) {
    frame_.bind_variables(variables.read(plan, where));
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// What the complete steps left becomes visible. Not called after a failure of `publish` itself.
  void publish() {
    std::vector<std::pair<NodeId, Tensor>> values;
    for (std::size_t i = 0; i < plan_.variables.size(); ++i)
      if (plan_.variables[i].final != none)
        values.emplace_back(plan_.variables[i].node, frame_.variable(i));
    variables_.write(values);
  }

 private:
  /// Runs that write take turns. One that starts inside another would wait for itself.
  static std::unique_lock<std::mutex> lock(const Plan& plan, VariableStore& variables,
                                           SourceLocation where) {
    if (!plan.writes) return {};
    if (RunScope::is_writing(&variables))
      throw RunError({.code = ErrorCode::write_conflict,
                      .message = "a run that assigns variables was started by a kernel of another "
                                 "such run of the same session",
                      .cure = "make the assign part of the outer run's graph",
                      .where = where});
    return std::unique_lock(variables.writer());
  }

  const Plan& plan_;
  Frame& frame_;
  VariableStore& variables_;
  std::unique_lock<std::mutex> writer_;
};

/// Repeats the step `count` times, then publishes; returns the fetches of the last step.
std::vector<Tensor> repeat(std::int64_t count, const Plan& plan, Frame& frame,
                           VariableStore& variables, ThreadPool& pool, SourceLocation where) {
  Transaction transaction(plan, frame, variables, where);
  const RunScope scope(&variables, plan.writes);
  std::vector<Tensor> fetches;
  std::int64_t done = 0;
  try {
    while (true) {
      frame.prepare_step();
      run_step(plan, frame, pool, scope);
      if (done + 1 == count) fetches = frame.fetches();
      frame.advance_variables();
      if (++done == count) break;
    }
  } catch (...) {
    if (done != 0) transaction.publish();
    throw;
  }
  transaction.publish();
  return fetches;
}

}  // namespace

std::vector<Tensor> run_steps(RunnablePlan& runnable, const std::vector<const Tensor*>& feeds,
                              const RunOptions& options, VariableStore& variables,
                              ThreadPool& pool) {
  const Plan& plan = runnable.plan();
  const BorrowedFrame frame(runnable);
  frame->bind_feeds(feeds);
  // A callback may itself use the session, so it is called between two transactions.
  const std::int64_t stride = options.on_progress ? options.progress_every : options.steps;
  std::vector<Tensor> fetches;
  for (std::int64_t done = 0; done < options.steps;) {
    const std::int64_t count = std::min(stride, options.steps - done);
    fetches = repeat(count, plan, *frame, variables, pool, options.where);
    done += count;
    if (options.on_progress) options.on_progress({.step = done, .steps = options.steps});
  }
  return fetches;
}

}  // namespace deft
