// Training by processes that are killed again and again ends in the bits of an undisturbed one.

#include <chrono>
#include <csignal>
#include <random>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/ranks.hpp"
#include "runtime/collectives/shared_memory.hpp"

namespace deft {
namespace {

/// Trains until `steps` steps are done, whoever fails; 0 if the weights are `right` then.
int train(const GroupOptions& options, std::int64_t steps, const std::vector<float>& right,
          SharedNumber& progress) {
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
             .on_progress = [&](const Progress& now) { raise_to(progress, done + now.step); },
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
    const SharedMemory<SharedNumber> progress;
    std::mt19937 random(static_cast<unsigned>(size));
    Processes ranks(size);
    const auto body = [&](const GroupOptions& options) {
      return train(options, steps, right, *progress);
    };
    ranks.start_all(body);
    for (int kill = 1; kill <= kills; ++kill) {
      CHECK(reaches(*progress, kill * steps / (kills + 3)));
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 8000));
      const int victim = static_cast<int>(random() % static_cast<unsigned>(size));
      ::kill(ranks.pid(victim), SIGKILL);
      CHECK(ranks.result(victim) == -SIGKILL);
      ranks.start(victim, body);
    }
    CHECK(ends(ranks) == (size == 2 ? "0 0" : "0 0 0 0"));
  }
}

}  // namespace deft
