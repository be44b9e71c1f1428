// How sessions and their threads begin and end: when others still use them, at exit, when the
// system refuses threads. After a fork: fork_test.cpp.

#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "caught.hpp"
#include "support/child_process.hpp"
#include "support/graphs/acting_model.hpp"
#include "support/misuse.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// Makes the ops `act` of a step wait for each other, so that two threads are at work; then calls
/// `then` on the one that is not the caller of the run.
void act_on_worker(std::function<void()> then) {
  action = [caller = std::this_thread::get_id(), arrived = std::make_shared<std::atomic<int>>(0),
            then = std::move(then)] {
    ++*arrived;
    while (*arrived < 2) std::this_thread::yield();
    if (std::this_thread::get_id() != caller) then();
  };
}

TEST_CASE("a session may be destroyed while another thread runs it") {
  for (const int threads : {1, 2, 4}) {
    const ActingModel model;
    std::optional<Session> session = model.session(threads);
    std::atomic<bool> running{false};
    std::atomic<bool> destroyed{false};
    action = [&] {
      running = true;
      wait_until(destroyed);
    };
    Tensor result;
    std::thread runner([&] { result = session->run(model.step, {.steps = 3}); });
    wait_until(running);
    session.reset();
    destroyed = true;
    runner.join();
    CHECK(result == Tensor::scalar(22.0F));
  }
}

TEST_CASE("a prepared call may be destroyed while another thread runs it") {
  const ActingModel model;
  std::optional<Callable> call = model.session(2).prepare({model.step});
  std::atomic<bool> running{false};
  std::atomic<bool> destroyed{false};
  action = [&] {
    running = true;
    wait_until(destroyed);
  };
  std::vector<Tensor> result;
  std::thread runner([&] { result = (*call)(); });
  wait_until(running);
  call.reset();
  destroyed = true;
  runner.join();
  CHECK(result.at(0) == Tensor::scalar(4.0F));
}

TEST_CASE("a kernel on a worker may drop the last handle of the session that runs it") {
  const ActingModel model;
  for (const int threads : {2, 4}) {
    const std::ptrdiff_t before = count_threads();
    std::optional<Session> session = model.session(threads);
    act_on_worker([&] { session.reset(); });
    Session& last = *session;
    CHECK(last.run(model.step) == Tensor::scalar(4.0F));
    CHECK_FALSE(session.has_value());
    CHECK(soon_has_threads(before));
  }
}

TEST_CASE("a kernel on a worker may destroy another session with its threads") {
  const ActingModel model;
  const std::ptrdiff_t before = count_threads();
  {
    Session session = model.session(2);
    std::optional<Session> other = model.session(4);
    act_on_worker([&] { other.reset(); });
    CHECK(session.run(model.step) == Tensor::scalar(4.0F));
    CHECK_FALSE(other.has_value());
  }
  CHECK(soon_has_threads(before));
}

TEST_CASE("a report of progress may drop the last handle of the session that runs") {
  const ActingModel model;
  action = [] {};
  std::optional<Session> session = model.session(2);
  Session& last = *session;
  const auto drop = [&](const Progress& progress) {
    if (progress.step == 2) session.reset();
  };
  CHECK(last.run(model.step, {.steps = 4, .on_progress = drop}) == Tensor::scalar(46.0F));
}

TEST_CASE("a session may end on another thread than it began on, whether it has run or not") {
  const ActingModel model;
  action = [] {};
  const std::ptrdiff_t before = count_threads();
  for (const bool runs : {false, true}) {
    std::optional<Session> session = model.session(3);
    if (runs) session->run(model.step);
    std::thread([&] { session.reset(); }).join();
  }
  CHECK(soon_has_threads(before));
}

TEST_CASE("sessions that come and go leave no threads") {
  const ActingModel model;
  action = [] {};
  const std::ptrdiff_t before = count_threads();
  for (int i = 0; i < 100; ++i) {
    Session unused(model.graph, {.threads = 1 + i % 5});
    Session used = model.session(1 + i % 3);
    CHECK(used.run(model.step) == Tensor::scalar(4.0F));
  }
  CHECK(soon_has_threads(before));
}

constexpr const char* exits_with_sessions = "child: exits with sessions whose threads live";

TEST_CASE(exits_with_sessions* doctest::skip()) {
  static const ActingModel model;
  static Session used = model.session(4);
  static Session unused(model.graph, {.threads = 3});
  action = [] {};
  CHECK(used.run(model.step) == Tensor::scalar(4.0F));
  CHECK(count_threads() >= 6);
}

TEST_CASE("a program may end with static sessions") {
  CHECK(status_of_test(exits_with_sessions) == 0);
}

constexpr const char* is_refused_threads = "child: is refused some of 1000 threads";

TEST_CASE(is_refused_threads* doctest::skip()) {
  const ActingModel model;
  action = [] {};
  Session before = model.session(2);
  const std::ptrdiff_t threads = count_threads();
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t bytes = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + (512U << 20U);
  const rlimit limit{bytes, bytes};
  REQUIRE(::setrlimit(RLIMIT_AS, &limit) == 0);

  const Error error = caught<RunError>([&] { Session(model.graph, {.threads = 1000}); });
  CHECK(error.code() == ErrorCode::resource_exhausted);
  CHECK(error.info().message.starts_with("the system refused one of 999 threads: "));
  CHECK(std::string(error.what()).find("lifetime_test.cpp:") != std::string::npos);
  CHECK(error.info().cure == "use fewer threads");
  CHECK(soon_has_threads(threads));
  CHECK(model.session(2).run(model.step) == Tensor::scalar(4.0F));
  CHECK(before.run(model.step) == Tensor::scalar(4.0F));
}

/// Sanitizers need more address space.
TEST_CASE("a session that is refused a thread leaves none" * doctest::skip(sanitized)) {
  CHECK(status_of_test(is_refused_threads) == 0);
}

TEST_CASE("as many threads as are allowed come and go") {
  const ActingModel model;
  action = [] {};
  const std::ptrdiff_t before = count_threads();
  Session session = model.session(1024);
  CHECK(session.threads() == 1024);
  CHECK(session.run(model.step) == Tensor::scalar(4.0F));
  session = model.session(1);
  CHECK(soon_has_threads(before));
}

constexpr Misuse threads[] = {
    {"the fewest threads", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: threads is -2147483648; use 0 for all CPUs, or 1 to 1024",
     [](Bench& t) { Session(t.graph, {.threads = t.here(-2147483647 - 1)}); }},
    {"one thread more than is allowed", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: threads is 1025; use 0 for all CPUs, or 1 to 1024",
     [](Bench& t) { Session(t.graph, {.threads = t.here(1025)}); }},
    {"10^6 threads", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: threads is 1000000; use 0 for all CPUs, or 1 to 1024",
     [](Bench& t) { Session(t.graph, {.threads = t.here(1000000)}); }},
};

TEST_CASE("numbers of threads that are refused") { check_misuses(threads); }

}  // namespace
}  // namespace deft
