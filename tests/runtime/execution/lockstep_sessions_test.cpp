// Sessions whose threads work in lockstep.

#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "runtime/execution/model_of_sums.hpp"

namespace deft {
namespace {

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

}  // namespace
}  // namespace deft
