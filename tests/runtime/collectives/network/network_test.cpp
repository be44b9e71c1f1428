// Ranks on several machines, which are made of network namespaces, with a wire between them that is
// slow, loses packets, or is cut.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/network/network.hpp"
#include "runtime/collectives/ranks.hpp"
#include "runtime/collectives/shared_memory.hpp"
#include "support/comes_true.hpp"

namespace deft {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int num_ranks = 3;  // ranks, one on each machine

/// The same clock in all processes.
std::int64_t now_ms() {
  return std::chrono::duration_cast<milliseconds>(Clock::now().time_since_epoch()).count();
}

/// What a rank tells the test.
struct Report {
  std::atomic<std::int64_t> steps{0};
  std::atomic<int> failures{0};
  std::atomic<std::int64_t> failed_at{0};  // now_ms
  std::atomic<std::int64_t> met_at{0};     // now_ms, the last time
};
using Reports = SharedMemory<std::array<Report, num_ranks>>;

std::ptrdiff_t entries(const char* folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

/// Threads and descriptors of this process.
std::array<std::ptrdiff_t, 2> resources() {
  return {entries("/proc/self/task"), entries("/proc/self/fd")};
}

struct Task {
  std::int64_t steps = 0;
  std::vector<float> right;  // weights after all steps
};

/// Trains until all steps are done. 0 if everything is as it should be after each failure and at
/// the end.
int train_in_group(const GroupOptions& options, const Task& task, Report& report) {
  const Communicator group = Communicator::connect(options);
  const LinearModel model = linear_model(group);
  Session session(model.graph, {.threads = 1});
  session.run(global_variables_initializer(model.graph));
  const auto steps_done = [&] { return session.value(model.training.count).item<std::int64_t>(); };
  const auto weights = [&] { return session.value(model.w).to<float>(); };
  while (report.failures < 20) {
    try {
      session.rejoin(group);
      report.met_at = now_ms();
      const std::int64_t done = steps_done();
      RunOptions run{.steps = task.steps - done};
      run.on_progress = [&](const Progress& now) { report.steps = done + now.step; };
      if (done < task.steps) session.run(model.training, run);
      group.exchange({});  // all have done all steps
      return weights() == task.right ? 0 : 1;
    } catch (const RunError& error) {
      if (error.code() != ErrorCode::unavailable) throw;
      if (report.failures++ == 0) report.failed_at = now_ms();
      if (weights() != trained_weights(num_ranks, steps_done())) return 2;
    }
  }
  return 3;
}

/// The same on a machine of its own. 4 if threads or descriptors are left.
int train_on(const Network& network, GroupOptions options, const Task& task, Report& report) {
  network.enter(options.rank);
  options.address = network.address(options.rank);
  trained_weights(num_ranks, 1);  // makes whatever a process makes once
  const auto before = resources();
  const int result = train_in_group(options, task, report);
  const bool as_before = comes_true([&] { return resources() == before; });
  return result != 0 || as_before ? result : 4;
}

void start_all(Processes& ranks, const Network& network, const Task& task, milliseconds timeout,
               const Reports& reports) {
  ranks.start_all([&](GroupOptions options) {
    options.timeout = timeout;
    options.connect_timeout = std::chrono::seconds(30);
    Report& report = (*reports)[static_cast<std::size_t>(options.rank)];
    return train_on(network, options, task, report);
  });
}

/// How often what is left to chance is tried.
int repeats() {
  const char* const given = std::getenv("DEFT_FAULT_REPEATS");
  return given == nullptr ? 1 : std::max(1, std::atoi(given));
}

bool may_make_networks() {
  const std::string obstacle = Network::obstacle();
  if (!obstacle.empty()) MESSAGE("skipped, since this process may not ", obstacle);
  return obstacle.empty();
}

int failures(const Reports& reports) {
  int sum = 0;
  for (const Report& report : *reports) sum += report.failures;
  return sum;
}

/// Cuts rank 1 off for longer than the timeout, while ranks train, and heals the wire after the
/// ranks have tried for so long to meet.
void cut_and_heal(bool one_way, milliseconds in_vain, const Task& task) {
  constexpr milliseconds timeout(1000);
  Network network(num_ranks);
  network.delay(milliseconds(1));
  const Reports reports;
  Processes ranks(num_ranks);
  start_all(ranks, network, task, timeout, reports);
  REQUIRE(comes_true([&] { return (*reports)[0].steps >= task.steps / 4; }));
  network.cut(1, one_way);
  const std::int64_t cut_at = now_ms();
  REQUIRE(comes_true([&] {
    return std::ranges::all_of(*reports, [](const Report& report) { return report.failures > 0; });
  }));
  std::this_thread::sleep_for(in_vain);
  network.heal();
  const std::int64_t healed_at = now_ms();
  CHECK(ends(ranks) == "0 0 0");
  std::string text;
  for (const Report& report : *reports) {
    const std::int64_t noticed = report.failed_at - cut_at;
    CHECK(noticed >= timeout.count() / 2);
    CHECK(noticed < timeout.count() + 10'000);
    CHECK(report.met_at > healed_at);
    text += " error after " + std::to_string(noticed) + " ms, met " +
            std::to_string(report.met_at - healed_at) + " ms after the heal, " +
            std::to_string(report.failures) + " failures;";
  }
  MESSAGE(text);
}

}  // namespace

TEST_CASE("ranks far from each other, with packets lost, learn what ranks nearby learn") {
  if (!may_make_networks()) return;
  struct Distance {
    milliseconds delay;
    int loss;  // of 1000 packets
    std::int64_t steps;
  };
  for (const Distance& distance :
       {Distance{milliseconds(1), 0, 100}, Distance{milliseconds(20), 0, 25},
        Distance{milliseconds(1), 10, 200}}) {
    CAPTURE(distance.delay.count());
    CAPTURE(distance.loss);
    const Task task{.steps = distance.steps, .right = trained_weights(num_ranks, distance.steps)};
    Network network(num_ranks);
    network.delay(distance.delay);
    network.lose(distance.loss);
    const Reports reports;
    Processes ranks(num_ranks);
    const std::int64_t begin = now_ms();
    start_all(ranks, network, task, std::chrono::seconds(20), reports);
    CHECK(ends(ranks) == "0 0 0");
    CHECK(failures(reports) == 0);
    CHECK((network.lost() > 0) == (distance.loss > 0));
    MESSAGE(task.steps, " steps, delay ", distance.delay.count(), " ms, ", network.lost(),
            " packets lost: ", now_ms() - begin, " ms");
  }
}

TEST_CASE("a network of this process leaves nothing behind") {
  if (!may_make_networks()) return;
  const auto before = resources();
  {
    Network network(num_ranks);
    CHECK(resources()[1] == before[1] + num_ranks);
  }
  CHECK(resources() == before);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // there is no child
}

TEST_CASE("a wire that is cut for longer than the timeout is an error of all, and heals") {
  if (!may_make_networks()) return;
  const Task task{.steps = 60, .right = trained_weights(num_ranks, 60)};
  for (int turn = 0; turn < repeats(); ++turn) {
    cut_and_heal(false, milliseconds(300), task);
    cut_and_heal(true, milliseconds(300), task);
    cut_and_heal(false, milliseconds(4000), task);  // an attempt to meet is over
  }
}

TEST_CASE("a wire that is cut for less than the timeout disturbs nobody") {
  if (!may_make_networks()) return;
  const Task task{.steps = 60, .right = trained_weights(num_ranks, 60)};
  for (const bool one_way : {false, true}) {
    Network network(num_ranks);
    network.delay(milliseconds(1));
    const Reports reports;
    Processes ranks(num_ranks);
    start_all(ranks, network, task, std::chrono::seconds(20), reports);
    REQUIRE(comes_true([&] { return (*reports)[0].steps >= task.steps / 2; }));
    network.cut(1, one_way);
    std::this_thread::sleep_for(milliseconds(500));
    const std::int64_t during = (*reports)[0].steps;
    network.heal();
    CHECK(during < task.steps);
    CHECK(network.lost() > 0);
    CHECK(ends(ranks) == "0 0 0");
    CHECK(failures(reports) == 0);
  }
}

}  // namespace deft
