// After a fork: the child has none of the threads of the sessions that it inherits.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <deft/core/fork.hpp>
#include <deft/deft.hpp>

#include "support/child_process.hpp"
#include "support/graphs/acting_model.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr const char* forked_text =
    "the process was forked after this session was made, so its threads are gone; make a Session "
    "in the child process";

/// True if `f` throws RunError, code forked, with that text and a line of this file.
bool is_refused(const std::function<void()>& f) {
  try {
    f();
  } catch (const RunError& error) {
    const std::string text = error.what();
    return error.code() == ErrorCode::forked && text.ends_with(forked_text) &&
           text.find("fork_test.cpp:") != std::string::npos;
  }
  return false;
}

TEST_CASE("after a fork every run of an older session is refused in the child alone") {
  const ActingModel model;
  action = [] {};
  for (const int threads : {1, 2, 4}) {
    Session session = model.session(threads);
    Session unused(model.graph, {.threads = threads});
    const Callable call = session.prepare({model.step});
    call();
    const int status = status_of_fork([&] {
      if (!is_refused([&] { session.run(model.step); })) return 1;
      if (!is_refused([&] { session.run({model.w}); })) return 2;
      if (!is_refused([&] { session.eval(model.w); })) return 3;
      if (!is_refused([&] { unused.run(model.init); })) return 4;
      if (!is_refused([&] { call(); })) return 5;
      if (!is_refused([&] { session.prepare({model.w})(); })) return 6;
      if (!is_refused([&] { Session(session).run(model.init); })) return 7;
      return 0;
    });
    CHECK(status == 0);
    CHECK(session.run(model.step) == Tensor::scalar(10.0F));
  }
}

TEST_CASE("a forked child may destroy the sessions that it inherits") {
  const ActingModel model;
  action = [] {};
  for (const int threads : {1, 2, 4}) {
    std::optional<Session> session = model.session(threads);
    session->run(model.step);
    std::optional<Callable> call = session->prepare({model.step});
    (*call)();
    const int status = status_of_fork([&] {
      session.reset();
      call.reset();
      return 0;
    });
    CHECK(status == 0);
  }
}

TEST_CASE("a forked child may make sessions of its own, and fork again") {
  const ActingModel model;
  action = [] {};
  const int threads = thread_sanitizer ? 1 : 2;  // TSan allows a forked child no threads
  Session session = model.session(2);
  session.run(model.step);
  const int status = status_of_fork([&] {
    Session own = model.session(threads);
    if (!(own.run(model.step) == Tensor::scalar(4.0F))) return 1;
    const int inner =
        status_of_fork([&] { return is_refused([&] { own.eval(model.w); }) ? 0 : 2; });
    if (inner != 0) return inner;
    if (!(own.run(model.step) == Tensor::scalar(10.0F))) return 3;
    return is_refused([&] { session.eval(model.w); }) ? 0 : 4;
  });
  CHECK(status == 0);
}

TEST_CASE("a fork while other threads run a session is harmless to both processes") {
  const ActingModel model;
  std::atomic<bool> running{false};
  std::atomic<bool> forked{false};
  action = [&] {
    running = true;
    wait_until(forked);
  };
  std::optional<Session> session = model.session(2);
  std::thread runner([&] { session->run(model.step); });
  wait_until(running);
  const int status = status_of_fork([&] {
    if (!is_refused([&] { session->run(model.step); })) return 1;
    session.reset();
    return 0;
  });
  forked = true;
  runner.join();
  CHECK(status == 0);
  CHECK(session->eval(model.w) == Tensor::scalar(4.0F));
}

TEST_CASE("the number of forks is seen by the child alone") {
  const std::uint64_t before = fork_generation();
  CHECK(status_of_fork([&] { return fork_generation() == before + 1 ? 0 : 1; }) == 0);
  CHECK(fork_generation() == before);
}

TEST_CASE("the child of a fork in a callback ends its run with an error") {
  const ActingModel model(8);
  action = [] {};
  for (const int threads : {1, 2, 3, 4, 8}) {
    Session session = model.session(threads);
    const Callable call = session.prepare({model.step});
    for (const bool by_until : {false, true}) {
      bool in_child = false;
      int status = -1;
      const auto fork_once = [&] {
        if (status != -1) return;
        const pid_t child = ::fork();
        in_child = child == 0;
        status = in_child ? 0 : wait_for(child);
      };
      RunOptions options{.steps = 20};
      if (by_until)
        options.until = {model.w, [&](double) { return fork_once(), false; }};
      else
        options.on_progress = [&](const Progress&) { fork_once(); };
      try {
        by_until ? static_cast<void>(session.run(model.step, options))
                 : static_cast<void>(call({}, options));
      } catch (const RunError& error) {
        if (in_child) ::_exit(error.code() == ErrorCode::forked ? 0 : 2);
      }
      if (in_child) ::_exit(1);
      CHECK(status == 0);
    }
  }
}

TEST_CASE("the child of a fork while another thread builds the graph does not wait for it") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  std::atomic<bool> done{false};
  std::thread builder([&] {
    while (!done) {
      const NameScope scope(graph, "s");
      exp(x);
    }
  });
  for (int i = 0; i < 100; ++i) {
    const int status = status_of_fork([&] {
      ::alarm(30);  // ends a child that hangs
      try {
        const NameScope scope(graph, "child");
        exp(x);
      } catch (const GraphError& error) {
        return error.code() == ErrorCode::forked ? 0 : 1;
      }
      return 0;
    });
    CHECK(status == 0);
  }
  done = true;
  builder.join();
}

}  // namespace
}  // namespace deft
