// A kernel that throws at every place of a graph in turn: one error leaves the run, always the same
// one, nothing still runs, and the step did not happen.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/graphs/rehearsal.hpp"
#include "support/ops/staged_faults.hpp"
#include "support/sanitizers.hpp"

namespace deft::staged {
namespace {

constexpr std::uint64_t chaos_seeds = sanitized ? 1 : 2;

/// Calls `sweep(options)` for 1 to 8 threads, without chaos and with.
template <class Sweep>
void for_all_schedules(const Sweep& sweep) {
  for (int threads = 1; threads <= 8; ++threads) {
    CAPTURE(threads);
    sweep(SessionOptions{.threads = threads});
    for (std::uint64_t seed = 1; seed <= chaos_seeds; ++seed) {
      CAPTURE(seed);
      sweep(SessionOptions{.threads = threads, .chaos_seed = seed});
    }
  }
}

void check_names_fault(const Error& error, const Fault& fault, const Play& play) {
  CHECK(error.info().node == play.node(fault.site).name());
  const bool memory = fault.act == Act::throw_memory;
  CHECK(error.code() == (memory ? ErrorCode::resource_exhausted : ErrorCode::kernel_failure));
  const std::string end = memory ? " was refused memory"
                          : fault.act == Act::throw_number
                              ? " is not a std::exception"
                              : " at site " + std::to_string(fault.site);
  CHECK(error.info().message.ends_with(end));
}

/// What the first fault, at `order[first]`, lets run in its step: all that comes before it, and
/// nothing that needs its result.
void check_extent(const Play& play, const std::vector<std::size_t>& order, std::size_t first) {
  const std::size_t fault = order[first];
  const int steps = stage.passed[fault];
  for (std::size_t at = 0; at < first; ++at) CHECK(stage.passed[order[at]] == steps);
  for (std::size_t site = 0; site < play.num_sites(); ++site)
    if (play.must_follow(site, fault)) CHECK(stage.passed[site] == steps - 1);
}

/// Runs steps in which `faults` happen, of which the first in plan order is `order[first]`.
void check_fails(Rehearsal& rehearsal, const Play& play, const std::vector<std::size_t>& order,
                 std::size_t first, const std::vector<Fault>& faults, std::int64_t steps) {
  RunOptions run{.steps = steps};
  if (first % 2 == 0) run.timeout = std::chrono::hours(1);  // steps that are watched go another way
  const Error error = caught<RunError>([&] { rehearsal.run(faults, run); });
  CHECK(stage.running == 0);
  check_names_fault(error, faults.front(), play);
  check_extent(play, order, first);
  CHECK(rehearsal.variables_are_as_expected());
}

void check_goes_on(Rehearsal& rehearsal) {
  rehearsal.run_calmly();
  rehearsal.expect_steps(1);
  CHECK(rehearsal.variables_are_as_expected());
}

TEST_CASE("whatever a kernel throws, one error names it, and the step did not happen") {
  const Play play;
  const std::vector<std::size_t> order = play.plan_order();
  for_all_schedules([&](const SessionOptions& options) {
    Rehearsal rehearsal(play, options);
    for (std::size_t at = 0; at < order.size(); ++at)
      for (const Act act : {Act::throw_error, Act::throw_number, Act::throw_memory}) {
        check_fails(rehearsal, play, order, at, {{order[at], act}}, 1);
        check_goes_on(rehearsal);
      }
  });
}

TEST_CASE("of two kernels that throw, the first in plan order is reported") {
  const Play play;
  const std::vector<std::size_t> order = play.plan_order();
  constexpr Act acts[] = {Act::throw_error, Act::throw_number, Act::throw_memory};
  for_all_schedules([&](const SessionOptions& options) {
    Rehearsal rehearsal(play, options);
    for (std::size_t first = 0; first < order.size(); ++first)
      for (std::size_t second = first + 1; second < order.size(); second += sanitized ? 7 : 1)
        check_fails(rehearsal, play, order, first,
                    {{order[first], acts[second % 3]}, {order[second], acts[first % 3]}}, 1);
    check_goes_on(rehearsal);
  });
}

TEST_CASE("a run that fails waits for kernels that take longer") {
  const Play play;
  const std::vector<std::size_t> order = play.plan_order();
  stage.nap = std::chrono::milliseconds(1);
  for_all_schedules([&](const SessionOptions& options) {
    Rehearsal rehearsal(play, options);
    for (std::size_t at = 0; at + 1 < order.size(); ++at)
      check_fails(rehearsal, play, order, at,
                  {{order[at], Act::throw_error}, {order[at + 1], Act::sleep}}, 1);
    for (std::size_t at = 1; at < order.size(); ++at)
      check_fails(rehearsal, play, order, at,
                  {{order[at], Act::throw_error}, {order[at - 1], Act::sleep}}, 1);
  });
}

TEST_CASE("if every kernel throws, the first in plan order is reported") {
  const Play play;
  const std::vector<std::size_t> order = play.plan_order();
  std::vector<Fault> faults;
  for (const std::size_t site : order) faults.push_back({site, Act::throw_error});
  for_all_schedules([&](const SessionOptions& options) {
    Rehearsal rehearsal(play, options);
    for (int repeat = 0; repeat < 10; ++repeat) check_fails(rehearsal, play, order, 0, faults, 1);
    check_goes_on(rehearsal);
  });
}

TEST_CASE("a kernel that throws in a later step leaves what the steps before it did") {
  const Play play;
  const std::vector<std::size_t> order = play.plan_order();
  for_all_schedules([&](const SessionOptions& options) {
    Rehearsal rehearsal(play, options);
    for (std::size_t at = 0; at < order.size(); ++at) {
      const int step = 2 + static_cast<int>(at % 3);
      rehearsal.expect_steps(step - 1);
      check_fails(rehearsal, play, order, at, {{order[at], Act::throw_error, step}}, 5);
      check_goes_on(rehearsal);
    }
  });
}

}  // namespace
}  // namespace deft::staged
