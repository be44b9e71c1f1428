// A run that is stopped, out of time or ended by an exception of a callback, at every place of a
// graph in turn: nothing still runs, and the variables are what a whole number of steps left.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/graphs/rehearsal.hpp"
#include "support/ops/staged_faults.hpp"
#include "support/sanitizers.hpp"

namespace deft::staged {
namespace {

using std::chrono::milliseconds;

/// Long enough that a run gets somewhere.
constexpr milliseconds timeout{sanitized ? 20 : 2};

/// Calls `sweep(options, site)` for every site and 1 to 8 threads, with chaos and without.
template <class Sweep>
void for_all_sites(const Play& play, const Sweep& sweep) {
  for (int threads = 1; threads <= 8; ++threads) {
    CAPTURE(threads);
    for (std::size_t site = 0; site < play.num_sites(); ++site) {
      CAPTURE(site);
      SessionOptions options{.threads = threads};
      if (site % 2 == 0) options.chaos_seed = site;
      sweep(options, site);
    }
  }
}

/// How many steps an interrupted run of `steps` says to have done; -1 if it does not say.
std::int64_t steps_told(const Error& error, std::int64_t steps) {
  for (std::int64_t done = 0; done < steps; ++done)
    if (error.info().message.ends_with(" after " + std::to_string(done) + " of " +
                                       std::to_string(steps) + (steps == 1 ? " step" : " steps")))
      return done;
  return -1;
}

/// Runs steps that must end with `code`; returns how many of them were done, which is what the
/// variables show.
std::int64_t check_interrupted(Rehearsal& rehearsal, const Fault& fault, ErrorCode code,
                               const RunOptions& options) {
  const Error error = caught<RunError>([&] { rehearsal.run({fault}, options); });
  CHECK(stage.running == 0);
  CHECK(error.code() == code);
  const std::int64_t done = steps_told(error, options.steps);
  CHECK(done >= 0);
  rehearsal.expect_steps(done);
  CHECK(rehearsal.variables_are_as_expected());
  return done;
}

void check_goes_on(Rehearsal& rehearsal) {
  rehearsal.run_calmly();
  rehearsal.expect_steps(1);
  CHECK(rehearsal.variables_are_as_expected());
}

TEST_CASE("a stop that is requested in any kernel leaves whole steps") {
  const Play play;
  for_all_sites(play, [&](const SessionOptions& options, std::size_t site) {
    Rehearsal rehearsal(play, options);
    const Fault fault{site, Act::request_stop, 2};
    const std::int64_t done =
        check_interrupted(rehearsal, fault, ErrorCode::cancelled, {.steps = 3});
    if (play.precedes_join(site)) CHECK(done == 1);
    CHECK(done >= 1);
    check_goes_on(rehearsal);
  });
}

TEST_CASE("a timeout that passes in any kernel leaves whole steps") {
  const Play play;
  stage.nap = timeout;
  for_all_sites(play, [&](const SessionOptions& options, std::size_t site) {
    Rehearsal rehearsal(play, options);
    const Fault fault{site, Act::sleep, 2};
    const std::int64_t done = check_interrupted(rehearsal, fault, ErrorCode::deadline_exceeded,
                                                {.steps = 3, .timeout = timeout});
    if (play.precedes_join(site)) CHECK(done <= 1);
    check_goes_on(rehearsal);
  });
}

TEST_CASE("a kernel that returns early when it is told of a stop leaves no trace") {
  const Play play;
  for_all_sites(play, [&](const SessionOptions& options, std::size_t site) {
    Rehearsal rehearsal(play, options);
    CHECK(check_interrupted(rehearsal, {site, Act::await_stop}, ErrorCode::cancelled, {}) == 0);
    check_goes_on(rehearsal);
  });
}

TEST_CASE("a kernel that returns early when it is told of the timeout leaves no trace") {
  const Play play;
  for_all_sites(play, [&](const SessionOptions& options, std::size_t site) {
    Rehearsal rehearsal(play, options);
    CHECK(check_interrupted(rehearsal, {site, Act::await_end}, ErrorCode::deadline_exceeded,
                            {.timeout = timeout}) == 0);
    check_goes_on(rehearsal);
  });
}

TEST_CASE("a kernel that throws while the run is stopped leaves one error and no trace") {
  const Play play;
  const std::size_t last = play.num_sites() - 1;
  for_all_sites(play, [&](const SessionOptions& options, std::size_t site) {
    Rehearsal rehearsal(play, options);
    const Error error = caught<RunError>([&] {
      rehearsal.run({{site, Act::throw_error}, {last - site, Act::await_stop}});
    });
    CHECK(stage.running == 0);
    const bool known =
        error.code() == ErrorCode::cancelled || error.code() == ErrorCode::kernel_failure;
    CHECK(known);
    CHECK(rehearsal.variables_are_as_expected());
    check_goes_on(rehearsal);
  });
}

TEST_CASE("a condition that throws keeps its step, and the session goes on") {
  const Play play;
  for (int threads = 1; threads <= 8; ++threads) {
    Rehearsal rehearsal(play, {.threads = threads});
    int calls = 0;
    const Until until{.value = reduce_sum(play.a), .reached = [&](double) {
                        if (++calls == 3) throw std::length_error("in the condition");
                        return false;
                      }};
    CHECK_THROWS_AS(rehearsal.run({}, {.steps = 5, .until = until}), std::length_error);
    CHECK(calls == 3);
    rehearsal.expect_steps(3);
    CHECK(rehearsal.variables_are_as_expected());
    check_goes_on(rehearsal);
  }
}

TEST_CASE("a progress callback that throws keeps its step, and the session goes on") {
  const Play play;
  for (int threads = 1; threads <= 8; ++threads) {
    Rehearsal rehearsal(play, {.threads = threads});
    const auto report = [](const Progress& progress) {
      if (progress.step == 3) throw 42;
    };
    CHECK_THROWS_AS(rehearsal.run({}, {.steps = 5, .on_progress = report}), int);
    rehearsal.expect_steps(3);
    CHECK(rehearsal.variables_are_as_expected());
    check_goes_on(rehearsal);
  }
}

constexpr std::int64_t many_blocks = 4000;
std::atomic<std::int64_t> blocks_done{0};

/// Many blocks that take 0.1 ms each, of which `flops` may say anything.
constexpr OpDef slow{
    .name = "slow",
    .effect = Effect::stateful,
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {}}};
        },
    .kernel =
        [](const KernelContext& c) {
          const auto body = [](const KernelArgs&, std::int64_t begin, std::int64_t end) {
            for (; begin < end; ++begin) {
              const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(100);
              while (std::chrono::steady_clock::now() < until) continue;
              ++blocks_done;
            }
          };
          return make_blocked_kernel(body, many_blocks, 0, c.attributes.get<double>("flops"));
        },
};

/// Stops a run of `slow` from another thread when some blocks are done.
void check_stops_within_kernel(const SessionOptions& options, double flops) {
  const Graph graph;
  const Output x = graph.add(slow, {}, {{"flops", flops}}, {});
  Session session(graph, options);
  std::stop_source stop;
  blocks_done = 0;
  const std::jthread stopper([&] {
    while (blocks_done < 5) std::this_thread::yield();
    stop.request_stop();
  });
  const Error error = caught<RunError>([&] { session.run(x, {.stop = stop.get_token()}); });
  CHECK(error.code() == ErrorCode::cancelled);
  CHECK(blocks_done < many_blocks);
}

TEST_CASE("a stop ends a kernel of many blocks before its last one") {
  for (const int threads : {1, 2, 8})
    for (const double flops : {many_blocks * 4e6, Kernel::unknown, 1.0}) {
      CAPTURE(threads);
      CAPTURE(flops);
      check_stops_within_kernel({.threads = threads}, flops);
      check_stops_within_kernel({.threads = threads, .chaos_seed = 1}, flops);
    }
}

}  // namespace
}  // namespace deft::staged
