#include <deft/runtime/event_writer.hpp>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "support/child_process.hpp"
#include "support/event_file.hpp"
#include "support/on_threads.hpp"
#include "support/refused_calls.hpp"
#include "support/temp_folder.hpp"

namespace deft {

TEST_CASE("a writer makes the folder and a new file in it") {
  const TempFolder folder;
  const EventWriter first = writer_in(folder / "run");
  const EventWriter second = writer_in(folder / "run");
  CHECK(first.path() == folder / "run/events.out.tfevents.1700000000.000000");
  CHECK(second.path() == folder / "run/events.out.tfevents.1700000000.000001");
  const auto events = read_events(bytes_of_file(first.path()));
  REQUIRE(events.size() == 1);
  CHECK(events[0].f64(1) == noon);
  const EventWriter early(folder / "run", {.clock = [] { return 5.9; }});
  CHECK(early.path() == folder / "run/events.out.tfevents.0000000005.000000");
}

TEST_CASE("a writer makes the folders above, and touches no file of another") {
  const TempFolder folder;
  const std::string run = folder / "runs/today/mlp";
  EventWriter first = writer_in(run);
  first.scalar("loss", 1, 2);
  const std::string before = bytes_of_file(first.path());
  EventWriter second = writer_in(run);
  second.scalar("loss", 2, 1);
  CHECK(first.path().starts_with(run + "/events.out.tfevents."));
  CHECK(bytes_of_file(first.path()) == before);
  CHECK(events_of(second).size() == 1);
}

TEST_CASE("a process that is killed leaves the events of all calls that returned") {
  const TempFolder folder;
  const int status = status_of_fork([&] {
    EventWriter log = writer_in(folder / "run");
    for (int step = 0; step < 3; ++step) log.scalar("loss", step, step);
    return ::raise(SIGKILL);
  });
  CHECK(status == 128 + SIGKILL);
  const auto events =
      read_events(bytes_of_file(folder / "run/events.out.tfevents.1700000000.000000"));
  REQUIRE(events.size() == 4);
  CHECK(events[3].integer(2) == 2);
}

TEST_CASE("a call is in the file when it returns, and copies write the same one") {
  const TempFolder folder;
  std::optional<EventWriter> log = writer_in(folder / "run");
  EventWriter copy = *log;
  log->scalar("a", 0, 1);
  CHECK(events_of(copy).size() == 1);
  log.reset();
  copy.scalar("a", 1, 1);
  copy.flush();
  CHECK(events_of(copy).size() == 2);
  CHECK(folder.names() == std::set<std::string>{"run"});
}

TEST_CASE("any number of threads write whole records") {
  for (const int threads : {1, 2, 3, 4, 8}) {
    CAPTURE(threads);
    const TempFolder folder;
    EventWriter log = writer_in(folder / "run");
    constexpr int steps = 200;
    on_threads(threads, [&](int thread) {
      const std::string name = "t" + std::to_string(thread);
      for (int step = 0; step < steps; ++step) {
        log.scalar(name, step, step);
        if (step % 20 == 0) log.text(name + "/text", step, std::string(10'000, 'x'));
        if (step % 50 == 0) log.flush();
      }
    });
    std::map<std::string, std::int64_t> next;  // steps of a thread stay in order
    for (const WireMessage& event : events_of(log)) {
      const WireMessage value = event.message(5).message(1);
      if (value.count(2) == 0) continue;
      CHECK(event.integer(2) == next[value.text(1)]++);
    }
    CHECK(next.size() == static_cast<std::size_t>(threads));
    for (const auto& entry : next) CHECK(entry.second == steps);
    CHECK(events_of(log).size() == static_cast<std::size_t>(threads) * (steps + steps / 20));
  }
}

TEST_CASE("a full disk is an error, and later events can be read") {
  const TempFolder folder;
  const int status = status_of_fork([&] {
    EventWriter log = writer_in(folder / "run");
    limit_file_size(100);
    int refused = 0;
    for (int step = 0; step < 4; ++step) {
      try {
        log.scalar("loss", step, step);
      } catch (const FileError& error) {
        const bool right =
            error.code() == ErrorCode::file_access &&
            error.info().message == "cannot write " + log.path() + ": File too large" &&
            error.info().where.line != 0;
        refused += right ? 1 : 100;
      }
    }
    limit_file_size(RLIM_INFINITY);
    log.scalar("loss", 4, 4);
    std::vector<std::int64_t> steps;
    for (const WireMessage& event : read_events(bytes_of_file(log.path())))
      if (event.count(2) == 1) steps.push_back(event.integer(2));
    // Two records fit beside the version: the second begins in the 100 bytes and ends behind them.
    return refused == 3 && steps == std::vector<std::int64_t>{0, 1, 4} ? 0 : refused + 1;
  });
  CHECK(status == 0);
}

}  // namespace deft
