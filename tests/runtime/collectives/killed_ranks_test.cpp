// Training by processes that are killed, stopped and started again ends in the bits of an
// undisturbed one.

#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/ranks.hpp"

namespace deft {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// A number that processes share.
class SharedNumber {
 public:
  SharedNumber()
      : number_(new (::mmap(nullptr, sizeof(Number), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Number(0)) {}
  ~SharedNumber() { ::munmap(number_, sizeof(Number)); }
  SharedNumber(const SharedNumber&) = delete;
  SharedNumber& operator=(const SharedNumber&) = delete;

  void raise_to(std::int64_t value) const {
    if (number_->load() < value) number_->store(value);
  }
  void wait_for(std::int64_t value) const {
    while (number_->load() < value) std::this_thread::sleep_for(microseconds(200));
  }

 private:
  using Number = std::atomic<std::int64_t>;
  Number* number_;
};

/// Trains until `steps` steps are done, whoever fails; 0 if the weights are `right` then.
int train(const GroupOptions& options, std::int64_t steps, const std::vector<float>& right,
          const SharedNumber& progress) {
  const Communicator group = Communicator::connect(options);
  const LinearModel model = linear_model(group);
  Session session(model.graph, {.threads = 1});
  session.run(global_variables_initializer(model.graph));
  for (int failures = 0; failures < 100;) {
    try {
      session.rejoin(group);
      const std::int64_t done = session.value(model.training.count).item<std::int64_t>();
      if (done < steps)
        session.run(
            model.training,
            {.steps = steps - done,
             .on_progress = [&](const Progress& now) { progress.raise_to(done + now.step); },
             .progress_every = 20});
      group.exchange({});  // all have done all steps
      return session.value(model.w).to<float>() == right ? 0 : 5;
    } catch (const RunError& error) {
      if (error.code() != ErrorCode::unavailable) throw;
      ++failures;
    }
  }
  return 6;
}

}  // namespace

TEST_CASE(
    "ranks that are killed at any moment leave the others with the bits of undisturbed ones") {
  constexpr std::int64_t steps = 600;
  constexpr int kills = 8;
  for (const int size : {2, 4}) {
    const std::vector<float> right = trained_weights(size, steps);
    const SharedNumber progress;
    std::mt19937 random(static_cast<unsigned>(size));
    Processes ranks(size);
    const auto body = [&](const GroupOptions& options) {
      return train(options, steps, right, progress);
    };
    ranks.start_all(body);
    for (int kill = 1; kill <= kills; ++kill) {
      progress.wait_for(kill * steps / (kills + 3));
      std::this_thread::sleep_for(microseconds(random() % 8000));
      const int victim = static_cast<int>(random() % static_cast<unsigned>(size));
      ::kill(ranks.pid(victim), SIGKILL);
      CHECK(ranks.result(victim) == -SIGKILL);
      ranks.start(victim, body);
    }
    CHECK(ends(ranks) == (size == 2 ? "0 0" : "0 0 0 0"));
  }
}

TEST_CASE("ranks that stop for less than the timeout disturb nobody") {
  constexpr std::int64_t steps = 200;
  const std::vector<float> right = trained_weights(2, steps);
  const SharedNumber progress;
  Processes ranks(2);
  ranks.start_all(
      [&](const GroupOptions& options) { return train(options, steps, right, progress); });
  for (int stop = 1; stop <= 3; ++stop) {
    progress.wait_for(stop * steps / 5);
    ::kill(ranks.pid(stop % 2), SIGSTOP);
    std::this_thread::sleep_for(milliseconds(100));
    ::kill(ranks.pid(stop % 2), SIGCONT);
  }
  CHECK(ends(ranks) == "0 0");
}

TEST_CASE("a rank that is killed within a message of 40 MB fails the others at once") {
  std::mt19937 random(1);
  for (int turn = 0; turn < 3; ++turn) {
    Processes ranks(3);
    const SharedNumber begun;
    ranks.start_all([&](const GroupOptions& options) {
      const Communicator group = Communicator::connect(options);
      Graph graph;
      const Output x = fill(graph, DType::f32, {10'000'000}, 1.0);
      Session session(graph, {.threads = 1});
      const Output y = reduce_max(all_reduce(x * 2, group));
      try {
        for (;;) {
          session.run(y);
          begun.raise_to(1);
        }
      } catch (const RunError& error) {
        const std::string text = error.what();
        return error.code() == ErrorCode::unavailable &&
                       text.find("killed_ranks_test.cpp:") != std::string::npos
                   ? 0
                   : 1;
      }
    });
    begun.wait_for(1);
    std::this_thread::sleep_for(microseconds(random() % 50'000));
    ::kill(ranks.pid(turn), SIGKILL);
    const auto killed = std::chrono::steady_clock::now();
    std::string text;
    for (int rank = 0; rank < 3; ++rank) text += ' ' + std::to_string(ranks.result(rank));
    CHECK(text == (turn == 0 ? " -9 0 0" : turn == 1 ? " 0 -9 0" : " 0 0 -9"));
    CHECK(std::chrono::steady_clock::now() - killed < std::chrono::seconds(10));
  }
}

}  // namespace deft
