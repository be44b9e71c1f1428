// What becomes of a training by processes, one of which is hurt at any instant of it: the error,
// the variables, what is left behind, and the bits in which the training ends after
// Session::rejoin.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <doctest/doctest.h>

#include "runtime/collectives/disturbed_rank.hpp"
#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/ranks.hpp"
#include "runtime/collectives/shared_memory.hpp"
#include "support/sanitizers.hpp"

namespace deft {

/// What the process that started the ranks does to one of them.
struct Disturber {
  Processes& ranks;
  Scene& scene;
  std::mt19937& random;
  std::int64_t struck_at = 0;  // nanoseconds of the steady clock

  void start(bool anew) const {
    ranks.start(scene.hurt,
                [&](const GroupOptions& options) { return disturbed_rank(options, scene, anew); });
  }

  void strike(int signal) {
    struck_at = std::chrono::steady_clock::now().time_since_epoch().count();
    ::kill(ranks.pid(scene.hurt), signal);
    if (signal == SIGKILL) CHECK(ranks.result(scene.hurt) == -SIGKILL);
  }

  void pause(unsigned milliseconds_at_most) const {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % milliseconds_at_most));
  }

  /// Waits until the number is above 0 on all ranks but the one that is hurt.
  void wait_for_others(SharedNumber RankReport::*number) const {
    for (int rank = 0; rank < scene.size; ++rank)
      if (rank != scene.hurt)
        CHECK(reaches(scene.ranks[static_cast<std::size_t>(rank)].*number, 1));
  }
};

namespace {

using std::chrono::milliseconds;

constexpr ErrorCode unavailable = ErrorCode::unavailable;
constexpr ErrorCode ranks_differ = ErrorCode::ranks_differ;

void kill_and_replace(Disturber& by) {
  by.strike(SIGKILL);
  by.start(true);
}

void kill_and_replace_late(Disturber& by) {
  by.strike(SIGKILL);
  by.pause(300);
  by.start(true);
}

void kill_and_replace_too_late(Disturber& by) {
  by.strike(SIGKILL);
  by.wait_for_others(&RankReport::refusals);
  by.start(true);
}

void replace_after_exit(Disturber& by) {
  CHECK(by.ranks.result(by.scene.hurt) == 7);
  by.start(true);
}

void stop_briefly(Disturber& by) {
  by.strike(SIGSTOP);
  by.pause(60);
  by.strike(SIGCONT);
  by.scene.is_over = 1;
}

void stop_for_long(Disturber& by) {
  by.strike(SIGSTOP);
  by.wait_for_others(&RankReport::failed_at);
  by.strike(SIGCONT);
}

void do_nothing(Disturber& by) { by.scene.is_over = 1; }

void come_late(Disturber& by) {
  by.pause(300);
  by.start(false);
}

void come_too_late(Disturber& by) {
  by.wait_for_others(&RankReport::refusals);
  by.start(false);
}

void run_out_of_time(DisturbedRank& rank) {
  rank.run({.steps = rank.steps_of_run(), .timeout = rank.random_time()});
}

/// Ten megabytes where every access is watched.
constexpr std::int64_t long_message = sanitized ? 2'500'000 : 10'000'000;

const std::vector<Fault> faults = {
    {.name = "SIGKILL", .of_others = unavailable, .from_outside = kill_and_replace},
    {.name = "SIGKILL within a long message",
     .of_others = unavailable,
     .from_outside = kill_and_replace,
     .message_floats = long_message,
     .steps_of_run = 2,
     .steps_after = 3},
    {.name = "SIGKILL, and its successor is late",
     .of_others = unavailable,
     .from_outside = kill_and_replace_late},
    {.name = "SIGKILL, and its successor is absent",
     .of_others = unavailable,
     .from_outside = kill_and_replace_too_late,
     .is_missed = true,
     .connect_timeout = milliseconds(400)},
    {.name = "_exit",
     .of_others = unavailable,
     .from_outside = replace_after_exit,
     .suddenly = [](DisturbedRank&) { ::_exit(7); }},
    {.name = "SIGSTOP below the timeout", .from_outside = stop_briefly},
    {.name = "SIGSTOP above the timeout",
     .of_hurt = unavailable,
     .of_others = unavailable,
     .from_outside = stop_for_long,
     .timeout = milliseconds(500)},
    {.name = "an exception in a kernel",
     .of_hurt = ErrorCode::kernel_failure,
     .of_others = unavailable,
     .suddenly = [](DisturbedRank&) { DisturbedRank::throw_from_now_on(); }},
    {.name = "a stop",
     .of_hurt = ErrorCode::cancelled,
     .of_others = unavailable,
     .suddenly = [](DisturbedRank& rank) { rank.request_stop(); }},
    {.name = "a deadline",
     .of_hurt = ErrorCode::deadline_exceeded,
     .of_others = unavailable,
     .instead_of_run = run_out_of_time},
    {.name = "Communicator::abort",
     .of_hurt = unavailable,
     .of_others = unavailable,
     .suddenly = [](DisturbedRank& rank) { rank.leave(); }},
    {.name = "another graph",
     .of_hurt = ranks_differ,
     .of_others = ranks_differ,
     .instead_of_run = [](DisturbedRank& rank) { rank.run_other(); }},
    {.name = "another shape",
     .of_hurt = ranks_differ,
     .of_others = ranks_differ,
     .instead_of_run = [](DisturbedRank& rank) { rank.run({.steps = rank.steps_of_run()}, 5); }},
    {.name = "another number of steps",
     .of_hurt = ranks_differ,
     .of_others = ranks_differ,
     .instead_of_run = [](DisturbedRank& rank) { rank.run({.steps = rank.steps_of_run() + 1}); }},
    {.name = "a late rank", .from_outside = do_nothing, .arrival = come_late},
    {.name = "an absent rank",
     .from_outside = do_nothing,
     .arrival = come_too_late,
     .is_missed = true,
     .connect_timeout = milliseconds(400)},
    {.name = "a full disk at the checkpoint",
     .of_hurt = ErrorCode::file_access,
     .of_others = ErrorCode::kernel_failure,
     .fills_disk = true},
};

/// The weights of trainings that nothing disturbs.
class Undisturbed {
 public:
  std::vector<float> weights(int size, std::int64_t step) {
    std::vector<std::vector<float>>& known = known_[size];
    if (static_cast<std::size_t>(step) >= known.size())
      known = weights_by_step(size, std::max<std::int64_t>(300, step * 2));
    return known[static_cast<std::size_t>(step)];
  }

 private:
  std::map<int, std::vector<std::vector<float>>> known_;
};

/// How often each fault is tried: more often where somebody asks for it.
int repeats() {
  const char* const wanted = std::getenv("DEFT_FAULT_REPEATS");
  return wanted != nullptr ? std::atoi(wanted) : sanitized ? 2 : 3;
}

Scene& set_scene(Scene& scene, const Fault& fault, int size, std::mt19937& random) {
  scene.fault = &fault;
  scene.size = size;
  scene.hurt = static_cast<int>(random() % static_cast<unsigned>(size));
  scene.instant = std::uniform_int_distribution<std::int64_t>(1, 2 * fault.steps_of_run)(random);
  const unsigned longest = fault.message_floats > 1 ? 200'000 : 3'000;
  scene.delay = std::chrono::microseconds(random() % longest);
  scene.seed = static_cast<unsigned>(random());
  return scene;
}

void start_ranks(Disturber& by) {
  const Fault& fault = *by.scene.fault;
  for (int rank = 0; rank < by.scene.size; ++rank)
    if (rank != by.scene.hurt)
      by.ranks.start(rank, [&](const GroupOptions& options) {
        return disturbed_rank(options, by.scene, false);
      });
  if (fault.arrival != nullptr)
    fault.arrival(by);
  else
    by.start(false);
}

/// What a failure says, and that it changed no variable.
void check_failure(const RankReport& report, const Fault& fault, const std::vector<float>& right) {
  const std::string text = report.text;
  CAPTURE(text);
  CHECK(text.find("/tests/runtime/collectives/") != std::string::npos);  // the program's line
  if (report.code == unavailable) CHECK(text.find("rank ") != std::string::npos);
  CHECK(report.was_connected == (report.code == ranks_differ || fault.fills_disk));
  CHECK(std::ranges::equal(report.failed.weights, right));
}

void check_rank(const Scene& scene, int rank, Undisturbed& undisturbed) {
  const Fault& fault = *scene.fault;
  const RankReport& report = scene.ranks[static_cast<std::size_t>(rank)];
  CAPTURE(rank);
  CAPTURE(report.failed.step);
  const auto expected = rank == scene.hurt ? fault.of_hurt : fault.of_others;
  CHECK(report.code == expected);
  if (report.code)
    check_failure(report, fault, undisturbed.weights(scene.size, report.failed.step));
  CHECK((report.refusals > 0) == (fault.is_missed && rank != scene.hurt));
  CHECK(std::string(report.left) == "");
  CHECK(report.ended.step == scene.target);
  CHECK(
      std::ranges::equal(report.ended.weights, undisturbed.weights(scene.size, report.ended.step)));
}

/// No step is lost that a rank which still lives has done.
void check_target(const Scene& scene) {
  std::int64_t most = 0;
  for (const RankReport& report : scene.ranks) most = std::max(most, report.failed.step);
  if (scene.fault->of_others) CHECK(scene.target == most + scene.fault->steps_after);
}

/// The time from the fault to the last failure of another rank, in milliseconds.
double time_to_fail(const Disturber& by) {
  std::int64_t last = by.struck_at;
  for (const RankReport& report : by.scene.ranks) last = std::max(last, report.failed_at.load());
  return static_cast<double>(last - by.struck_at) / 1e6;
}

/// One training that is disturbed. Gives time_to_fail.
double check_fault(const Fault& fault, int size, std::mt19937& random, Undisturbed& undisturbed) {
  const SharedMemory<Scene> scene;
  Processes ranks(size);
  Disturber by{.ranks = ranks, .scene = set_scene(*scene, fault, size, random), .random = random};
  CAPTURE(size);
  CAPTURE(scene->hurt);
  CAPTURE(scene->instant);
  start_ranks(by);
  if (fault.from_outside != nullptr) {
    const RankReport& hurt = scene->ranks[static_cast<std::size_t>(scene->hurt)];
    if (fault.suddenly == nullptr) {
      CHECK(reaches(hurt.step, scene->instant));
      std::this_thread::sleep_for(scene->delay);
    }
    fault.from_outside(by);
  }
  CHECK(ranks.results() == std::vector<int>(static_cast<std::size_t>(size), 0));
  for (int rank = 0; rank < size; ++rank) check_rank(*scene, rank, undisturbed);
  check_target(*scene);
  CHECK(!std::filesystem::exists(ranks.options(0).store));
  return time_to_fail(by);
}

void report_times(const Fault& fault, std::map<int, std::vector<double>>& by_size) {
  for (auto& [size, times] : by_size) {
    std::ranges::sort(times);
    MESSAGE(std::string(fault.name), ", ", size, " ranks: the last one failed after ",
            times[times.size() / 2], " ms (median), ", times.back(), " ms at most; ", times.size(),
            " times");
  }
}

}  // namespace

TEST_CASE("whatever becomes of a rank, the others learn it, lose nothing, and go on") {
  Undisturbed undisturbed;
  for (const Fault& fault : faults) {
    SUBCASE(fault.name) {
      std::mt19937 random(1);
      std::map<int, std::vector<double>> times;
      for (int count = 0; count < repeats(); ++count) {
        const int size = 2 + count % 3;
        times[size].push_back(check_fault(fault, size, random, undisturbed));
      }
      const bool kills = fault.of_others && !fault.of_hurt && fault.suddenly == nullptr;
      if (kills && std::getenv("DEFT_FAULT_REPEATS") != nullptr) report_times(fault, times);
    }
  }
}

}  // namespace deft
