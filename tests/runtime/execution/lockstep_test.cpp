#include "execution/lockstep.hpp"

#include <chrono>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "execution/executor.hpp"
#include "runtime/execution/model_of_sums.hpp"
#include "support/graphs/training_models.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t repetitions = sanitized ? 60 : 300;

std::shared_ptr<const Plan> plan_of(const TrainingModel& model, const PlanOptions& options) {
  PlanRequest request;
  request.fetches = {model.step.endpoint()};
  return compile(model.graph, request, options, {});
}

std::shared_ptr<const Plan> plan_of(const TrainingModel& model, int threads) {
  return plan_of(model, PlanOptions{.threads = threads, .cpus = threads});
}

/// Repeats the step, on as many threads as the plan is for, until `together` of the steps were done
/// in lockstep, or for `at_most`; and beside that, on one thread.
class Repetition {
 public:
  Repetition(const TrainingModel& model, int threads)
      : threads_(threads),
        pool_(threads - 1),
        runnable_(plan_of(model, threads), variables_, threads, budget_),
        frame_(runnable_),
        alone_(model.graph, {.threads = 1}),
        model_(model) {
    Session session(model.graph, {.threads = 1});
    session.run(model.initialize);
    alone_.run(model.initialize);
    const std::vector<VariableStore::Slot*> slots = variables_.slots(runnable_.plan());
    variables_.write([&] {
      for (std::size_t i = 0; i < slots.size(); ++i) {
        slots[i]->value = session.eval(model.variables[i]);
        slots[i]->has_value = true;
      }
    });
  }

  void run(std::int64_t together, Clock::duration at_most = std::chrono::seconds(10)) {
    Frame& frame = *frame_;
    frame.begin_run(variables_, 2, {});
    // There may be fewer CPUs than threads, so that these have to wait for each other.
    Lockstep lockstep(runnable_, frame, threads_, pool_, scope_, std::chrono::milliseconds(500));
    const Clock::time_point give_up = Clock::now() + at_most;
    for (; together_ < together && Clock::now() < give_up; ++steps_) {
      if (lockstep.run_step(1'000'000))
        ++together_;
      else
        run_in_order(runnable_.plan(), frame, {});
      frame.advance();
    }
    frame.publish(variables_);
  }

  /// Repeats the step until a worker is late, and parts; true if none is in the step then.
  bool part_from_late_worker() {
    Frame& frame = *frame_;
    frame.begin_run(variables_, 2, {});
    Lockstep lockstep(runnable_, frame, threads_, pool_, scope_);
    const Clock::time_point give_up = Clock::now() + std::chrono::seconds(10);
    while (trouble.workers_inside == 0 && Clock::now() < give_up) {
      if (!lockstep.run_step(1'000'000)) run_in_order(runnable_.plan(), frame, {});
      frame.advance();
    }
    const bool was_late = trouble.workers_inside > 0;
    lockstep.dismiss();
    return was_late && trouble.workers_inside == 0;
  }

  /// How many steps were done in lockstep.
  std::int64_t together() const { return together_; }

  bool is_as_alone() {
    if (steps_ > 0) alone_.run(model_.step, {.steps = steps_});
    steps_ = 0;
    const auto slots = variables_.slots(runnable_.plan());
    for (std::size_t i = 0; i < slots.size(); ++i)
      if (!bitwise_equal(slots[i]->value, alone_.eval(model_.variables[i]))) return false;
    return true;
  }

 private:
  int threads_;
  ThreadPool pool_;
  VariableStore variables_;
  FrameBudget budget_{std::size_t{1} << 30};
  RunnablePlan runnable_;
  BorrowedFrame frame_;
  RunScope scope_{this, true};
  Session alone_;
  const TrainingModel& model_;
  std::int64_t steps_ = 0;
  std::int64_t together_ = 0;
};

TEST_CASE("threads in lockstep find the same bytes as one") {
  for (const TrainingModel& model : {regression_model(DType::f32, 10'001, 2),
                                     regression_model(DType::f64, 9000, 4), model_of_sums()})
    for (const int threads : {2, 3, 4, 8}) {
      CAPTURE(threads);
      REQUIRE(plan_of(model, threads)->lockstep == threads);
      Repetition repetition(model, threads);
      repetition.run(repetitions, std::chrono::seconds(60));
      CHECK(repetition.together() == repetitions);
      CHECK(repetition.is_as_alone());
    }
}

TEST_CASE("a worker that fails is no trouble") {
  const TrainingModel model = model_of_sums();
  Repetition repetition(model, 2);
  trouble.worker_throws = true;
  trouble.worker_runs = 0;
  const Clock::time_point give_up = Clock::now() + std::chrono::seconds(10);
  while (trouble.worker_runs == 0 && Clock::now() < give_up)
    repetition.run(1, std::chrono::milliseconds(20));
  CHECK(trouble.worker_runs > 0);
  trouble.worker_throws = false;
  repetition.run(10);
  CHECK(repetition.together() == 10);
  CHECK(repetition.is_as_alone());
}

TEST_CASE("when all part, no worker is left in the step") {
  const TrainingModel model = model_of_sums();
  trouble.worker_sleeps_ms = 50;
  CHECK(Repetition(model, 2).part_from_late_worker());
  trouble.worker_sleeps_ms = 0;
}

TEST_CASE("what is stateful, too large for the limit, or too short is not done in lockstep") {
  const TrainingModel model = model_of_sums();
  CHECK(plan_of(model, 2)->lockstep == 2);
  CHECK(plan_of(model, 1)->lockstep == 1);
  CHECK(plan_of(regression_model(DType::f32, 2000, 2), 2)->lockstep == 1);
  const std::size_t peak = plan_of(model, 2)->peak_bytes;
  const PlanOptions limited{.threads = 2, .cpus = 2, .memory_limit = peak - 1};
  CHECK(plan_of(model, limited)->lockstep == 0);

  static constexpr OpDef counter{
      .name = "counter",
      .arity = {1, 1},
      .effect = Effect::stateful,
      .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
      .kernel = [](const KernelContext&) { return Kernel::forward(); }};
  TrainingModel counting = model_of_sums();
  const Output counted = add_node(counter, {counting.variables[0]}, {}, {});
  counting.step = group({counting.step, counted});
  CHECK(plan_of(counting, 2)->lockstep == 1);
}

}  // namespace
}  // namespace deft
