#include "execution/lockstep.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "execution/executor.hpp"
#include "support/graphs/training_models.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

using Clock = std::chrono::steady_clock;

/// What threads of a pool do in a step of `sums`; the caller of a run is thread 0.
struct Trouble {
  std::atomic<bool> worker_throws{false};
  std::atomic<bool> everyone_throws{false};
  std::atomic<int> worker_sleeps_ms{0};
  std::atomic<std::int64_t> worker_runs{0};
  std::atomic<int> workers_inside{0};
};
Trouble trouble;

constexpr std::int64_t repetitions = sanitized ? 60 : 300;
constexpr std::int64_t blocks = 6;

/// f64[n] -> f64[]: the sum of its elements; each block leaves a part of it.
constexpr OpDef sums{
    .name = "sums",
    .arity = {1, 1},
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f64, {}}};
        },
    .kernel =
        [](const KernelContext& context) {
          const std::int64_t size = context.inputs[0].shape.num_elements();
          struct Body {
            std::int64_t size;
            void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
              if (trouble.everyone_throws) throw std::runtime_error("everyone");
              if (args.thread != 0) {
                ++trouble.worker_runs;
                if (trouble.worker_throws) throw std::runtime_error("worker");
                ++trouble.workers_inside;
                std::this_thread::sleep_for(std::chrono::milliseconds(trouble.worker_sleeps_ms));
                --trouble.workers_inside;
              }
              auto* parts = reinterpret_cast<double*>(args.scratch);
              for (std::int64_t block = begin; block < end; ++block) {
                parts[block] = 0;
                for (std::int64_t i = size * block / blocks; i < size * (block + 1) / blocks; ++i)
                  parts[block] += args.input<double>(0)[i];
              }
            }
            void finish(const KernelArgs& args) const {
              const auto* parts = reinterpret_cast<const double*>(args.scratch);
              double sum = 0;
              for (std::int64_t block = 0; block < blocks; ++block) sum += parts[block];
              *args.output<double>() = sum;
            }
          };
          Kernel kernel = make_blocked_kernel(Body{size}, blocks, blocks * sizeof(double), 400e3);
          kernel.partials = {{0, sizeof(double), blocks * sizeof(double)}};
          return kernel;
        },
};

/// x = 0.9 x + sum(x) / 1000 in every step.
TrainingModel model_of_sums() {
  TrainingModel model;
  const Output x = variable(model.graph, sample<double>({600}, 3), {.name = "x"});
  const Output sum = add_node(sums, {x}, {}, {.name = "sum"});
  model.variables = {x};
  model.step = assign(x, 0.9 * x + 0.001 * sum);
  model.initialize = global_variables_initializer(model.graph);
  return model;
}

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
    lockstep.part();
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

TEST_CASE("a worker that is late is not waited for") {
  const TrainingModel model = model_of_sums();
  const Output total = reduce_sum(model.variables[0]);
  Session session(model.graph, {.threads = 2});
  session.run(model.initialize);
  trouble.worker_sleeps_ms = 300;
  std::int64_t steps = 0;
  std::int64_t meanwhile = 0;  // of these, while the worker slept
  const auto enough = [&](double) {
    ++steps;
    if (trouble.workers_inside > 0) ++meanwhile;
    return meanwhile == 100;
  };
  session.run(model.step, {.steps = 5'000'000, .until = {total, enough}});
  trouble.worker_sleeps_ms = 0;
  CHECK(meanwhile == 100);
  Session alone(model.graph, {.threads = 1});
  alone.run(model.initialize);
  alone.run(model.step, {.steps = steps});
  CHECK(bitwise_equal(session.eval(model.variables[0]), alone.eval(model.variables[0])));
}

TEST_CASE("when all part, no worker is left in the step") {
  const TrainingModel model = model_of_sums();
  trouble.worker_sleeps_ms = 50;
  CHECK(Repetition(model, 2).part_from_late_worker());
  trouble.worker_sleeps_ms = 0;
}

TEST_CASE("an error in lockstep is the error of the step, which leaves the variables") {
  const TrainingModel model = model_of_sums();
  Session session(model.graph, {.threads = 2});
  session.run(model.initialize);
  std::int64_t failed_after = 0;
  const auto run = [&] {
    session.run(model.step, {.steps = 1'000'000,
                             .on_progress =
                                 [&](const Progress& progress) {
                                   failed_after = progress.step;
                                   if (progress.step == 20'000) trouble.everyone_throws = true;
                                 },
                             .progress_every = 10'000});
  };
  const auto error = caught<RunError>(run);
  trouble.everyone_throws = false;
  CHECK(std::string(error.what()).find("'sum'") != std::string::npos);
  CHECK(std::string(error.what()).find("everyone") != std::string::npos);
  CHECK(failed_after == 20'000);
  Session alone(model.graph, {.threads = 1});
  alone.run(model.initialize);
  alone.run(model.step, {.steps = failed_after});
  CHECK(bitwise_equal(session.eval(model.variables[0]), alone.eval(model.variables[0])));
}

TEST_CASE("variables that others change between two transactions are followed") {
  const TrainingModel model = model_of_sums();
  const Output reset = assign(model.variables[0], ones_like(model.variables[0]));
  const auto run = [&](int threads) {
    Session session(model.graph, {.threads = threads});
    session.run(model.initialize);
    session.run(model.step, {.steps = 30'000,
                             .on_progress =
                                 [&](const Progress& progress) {
                                   if (progress.step % 4000 == 0) session.run(reset);
                                 },
                             .progress_every = 1000});
    return session.eval(model.variables[0]);
  };
  CHECK(bitwise_equal(run(2), run(1)));
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
