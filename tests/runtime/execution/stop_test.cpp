// Runs that are ended from outside by RunOptions::stop.

#include <atomic>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "runtime/execution/counter.hpp"

namespace deft {
namespace {

TEST_CASE("a stop that was requested before lets no operation run") {
  for (const SessionOptions& options : schedules()) {
    Counter counter(options);
    const Output step = slow_step(counter, 3, false);
    std::stop_source source;
    source.request_stop();
    executed = 0;
    const Error error =
        caught<RunError>([&] { counter.session.run(step, {.stop = source.get_token()}); });
    CHECK(error.code() == ErrorCode::cancelled);
    CHECK(message_of(error) == "the run was stopped after 0 of 1 step");
    CHECK(executed == 0);
    CHECK(counter.value() == 0);
  }
}

TEST_CASE("a stop from a report of progress or a condition ends the run before its next step") {
  for (const SessionOptions& options : schedules()) {
    Counter counter(options);
    std::stop_source first;
    const auto at_3 = [&](const Progress& progress) {
      if (progress.step == 3) first.request_stop();
    };
    const Error reported = caught<RunError>([&] {
      counter.session.run(counter.step,
                          {.steps = 10, .stop = first.get_token(), .on_progress = at_3});
    });
    CHECK(message_of(reported) == "the run was stopped after 3 of 10 steps");
    CHECK(counter.value() == 3);

    std::stop_source second;
    const auto at_7 = [&](double n) {
      if (n == 7) second.request_stop();
      return false;
    };
    const Error asked = caught<RunError>([&] {
      counter.session.run(counter.step,
                          {.steps = 10, .stop = second.get_token(), .until = {counter.step, at_7}});
    });
    CHECK(message_of(asked) == "the run was stopped after 4 of 10 steps");
    CHECK(counter.value() == 7);
  }
}

TEST_CASE("a run whose last step is done is not stopped any more") {
  Counter counter({.threads = 2});
  std::stop_source source;
  const auto stop = [&](double) { return source.request_stop(); };
  counter.session.run(counter.step,
                      {.steps = 5, .stop = source.get_token(), .until = {counter.n, stop}});
  CHECK(counter.value() == 1);
}

TEST_CASE("a stop from another thread ends a run between its steps") {
  for (const SessionOptions& options : schedules()) {
    Counter counter(options);
    std::stop_source source;
    std::atomic<bool> going{false};
    std::thread stopper([&] {
      while (!going) std::this_thread::yield();
      source.request_stop();
    });
    const auto note = [&](double) {
      going = true;
      return false;
    };
    const Error error = caught<RunError>([&] {
      counter.session.run(
          counter.step, {.steps = endless, .stop = source.get_token(), .until = {counter.n, note}});
    });
    stopper.join();
    CHECK(error.code() == ErrorCode::cancelled);
    CHECK(message_of(error) == "the run was stopped after " + std::to_string(counter.value()) +
                                   " of 9223372036854775807 steps");
    CHECK(counter.value() >= 1);
    counter.session.run(counter.step);
  }
}

TEST_CASE("a kernel learns of a stop, and the step that it was in is undone") {
  for (const SessionOptions& options : schedules()) {
    Counter counter(options);
    const Output step = slow_step(counter, 1, true);
    executed = 0;
    std::stop_source source;
    std::thread stopper([&] {
      while (executed == 0) std::this_thread::yield();
      source.request_stop();
    });
    const Error error =
        caught<RunError>([&] { counter.session.run(step, {.stop = source.get_token()}); });
    stopper.join();
    CHECK(error.code() == ErrorCode::cancelled);
    CHECK(counter.value() == 0);
    counter.session.run(counter.step);
    CHECK(counter.value() == 1);
  }
}

TEST_CASE("a stop is noticed between the blocks of a kernel that does not ask") {
  constexpr int blocks = 60000;  // a minute
  for (const SessionOptions& options : schedules()) {
    Counter counter(options);
    const Output step = slow_step(counter, blocks, false);
    executed = 0;
    std::stop_source source;
    std::thread stopper([&] {
      while (executed < 5) std::this_thread::yield();
      source.request_stop();
    });
    CHECK_THROWS_AS(counter.session.run(step, {.stop = source.get_token()}), RunError);
    stopper.join();
    CHECK(executed < blocks);
    CHECK(counter.value() == 0);
  }
}

}  // namespace
}  // namespace deft
