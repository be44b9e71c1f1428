// Runs that are ended from outside, by RunOptions::timeout above all; stop_test.cpp has
// RunOptions::stop.

#include "execution/interrupt.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "caught.hpp"
#include "runtime/execution/counter.hpp"
#include "support/misuse.hpp"

namespace deft {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST_CASE("a timeout ends a run between its steps, and inside one") {
  for (const SessionOptions& options : schedules()) {
    Counter counter(options);
    const Error between = caught<RunError>(
        [&] { counter.session.run(counter.step, {.steps = endless, .timeout = 20ms}); });
    CHECK(between.code() == ErrorCode::deadline_exceeded);
    const std::int64_t done = counter.value();
    CHECK(message_of(between) == "the run has used up its timeout of 20 ms after " +
                                     std::to_string(done) + " of 9223372036854775807 steps");
    const Error inside = caught<RunError>(
        [&] { counter.session.run(slow_step(counter, 1, true), {.steps = 2, .timeout = 1500us}); });
    CHECK(message_of(inside) == "the run has used up its timeout of 1.5 ms after 0 of 2 steps");
    CHECK(counter.value() == done);
  }
}

TEST_CASE("timeouts without end do not end a run") {
  for (const nanoseconds timeout :
       {nanoseconds(1h), nanoseconds::max(), nanoseconds::max() - 1ns}) {
    Counter counter({.threads = 2});
    counter.session.run(counter.step, {.steps = 100, .timeout = timeout});
    CHECK(counter.value() == 100);
  }
}

TEST_CASE("a run that is stopped and out of time says that it was stopped") {
  Counter counter({.threads = 2});
  std::stop_source source;
  source.request_stop();
  const Error error = caught<RunError>(
      [&] { counter.session.run(counter.step, {.timeout = 0ns, .stop = source.get_token()}); });
  CHECK(error.code() == ErrorCode::cancelled);
}

TEST_CASE("a run that waits for its turn to write can be ended") {
  for (const bool by_timeout : {true, false}) {
    Counter counter({.threads = 2});
    const Output occupy = slow_step(counter, 1, true);
    std::stop_source first;
    std::optional<ErrorCode> other_ended;
    executed = 0;
    std::thread other([&] {
      try {  // the timeout is for a deft that fails this test
        counter.session.run(occupy, {.timeout = 10s, .stop = first.get_token()});
      } catch (const RunError& error) {
        other_ended = error.code();
      }
    });
    while (executed == 0) std::this_thread::yield();
    std::stop_source second;
    if (!by_timeout) second.request_stop();
    const Error error = caught<RunError>([&] {
      counter.session.run(counter.step,
                          {.timeout = by_timeout ? 10ms : 1h, .stop = second.get_token()});
    });
    first.request_stop();
    other.join();
    CHECK(error.code() == (by_timeout ? ErrorCode::deadline_exceeded : ErrorCode::cancelled));
    CHECK(other_ended == ErrorCode::cancelled);
    CHECK(counter.value() == 0);
    counter.session.run(counter.step);
    CHECK(counter.value() == 1);
  }
}

TEST_CASE("a nested run that is out of time fails the kernel that started it, not the outer run") {
  static Counter* inner = nullptr;
  static constexpr OpDef nest{
      .name = "nest",
      .arity = {1, 1},
      .effect = Effect::stateful,
      .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
      .kernel =
          [](const KernelContext&) {
            return make_kernel([](const KernelArgs&) {
              inner->session.run(inner->step, {.steps = endless, .timeout = 1ms});
            });
          },
  };
  for (const SessionOptions& options : schedules()) {
    Counter used(options);
    inner = &used;
    Counter counter(options);
    const Output outer = add_node(nest, {counter.n}, {}, {.name = "outer"});
    const Error error =
        caught<RunError>([&] { counter.session.run(assign(counter.n, outer), {.timeout = 1h}); });
    CHECK(error.code() == ErrorCode::deadline_exceeded);
    CHECK(error.info().node == "outer");
    CHECK(message_of(error).find("timeout of 1 ms") != std::string::npos);
    CHECK(counter.value() == 0);
  }
}

constexpr Misuse no_time[] = {
    {"no time at all", typeid(RunError), ErrorCode::deadline_exceeded,
     "{0}: the run has used up its timeout of 0 ms after 0 of 1 step; the variables hold what the "
     "last complete step left; the session can go on",
     [](Bench& t) { t.session.run(assign(t.w, t.v), {.timeout = t.here(0ns)}); }},
    {"less than no time", typeid(RunError), ErrorCode::deadline_exceeded,
     "{0}: the run has used up its timeout of -2000 ms after 0 of 7 steps; the variables hold what "
     "the last complete step left; the session can go on",
     [](Bench& t) { t.session.run(assign(t.w, t.v), {.steps = 7, .timeout = t.here(-2s)}); }},
    {"the least time", typeid(RunError), ErrorCode::deadline_exceeded,
     "{0}: the run has used up its timeout of -9223372036854.775391 ms after 0 of 1 step; the "
     "variables hold what the last complete step left; the session can go on",
     [](Bench& t) { t.session.run(t.v + t.w, {.timeout = t.here(nanoseconds::min())}); }},
    {"a stopped call", typeid(RunError), ErrorCode::cancelled,
     "{0}: the run was stopped after 0 of 2 steps; the variables hold what the last complete step "
     "left; the session can go on",
     [](Bench& t) {
       std::stop_source source;
       source.request_stop();
       const Callable call = t.session.prepare({assign(t.w, t.v)});
       call({}, {.steps = 2, .stop = t.here(source.get_token())});
     }},
};

TEST_CASE("runs that end at once") { check_misuses(no_time); }

TEST_CASE("an interrupt that is due stays due, for the reason that came first") {
  std::stop_source source;
  const RunInterrupt interrupt(source.get_token(), std::nullopt);
  CHECK(interrupt.is_active());
  CHECK_FALSE(interrupt.is_due());
  CHECK_NOTHROW(interrupt.check());
  source.request_stop();
  CHECK_NOTHROW(interrupt.check_told());  // nobody has asked
  CHECK(interrupt.is_due());
  CHECK_THROWS_AS(interrupt.check_told(), Interrupted);
  CHECK_THROWS_AS(interrupt.check(), Interrupted);
  CHECK(interrupt.reason() == RunInterrupt::Reason::stop);

  std::stop_source late;
  const RunInterrupt timed(late.get_token(), 0ns);
  CHECK(timed.is_due());
  late.request_stop();
  CHECK(timed.is_due());
  CHECK(timed.reason() == RunInterrupt::Reason::timeout);

  CHECK_FALSE(RunInterrupt({}, std::nullopt).is_active());
  CHECK_FALSE(RunInterrupt({}, nanoseconds::max()).is_due());
  CHECK(RunInterrupt({}, nanoseconds::min()).is_due());
}

}  // namespace
}  // namespace deft
