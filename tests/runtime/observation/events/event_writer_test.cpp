#include <deft/runtime/event_writer.hpp>

#include <sys/resource.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "support/child_process.hpp"
#include "support/event_file.hpp"
#include "support/on_threads.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

using Names = std::set<std::string>;

constexpr double noon = 1'700'000'000.25;

EventWriter writer_in(const TempFolder& folder) {
  return EventWriter(folder / "run", {.clock = [] { return noon; }});
}

/// The events of a writer but for the first, the version.
std::vector<WireMessage> events_of(const EventWriter& log) {
  std::vector<WireMessage> events = read_events(bytes_of_file(log.path()));
  REQUIRE_FALSE(events.empty());
  CHECK(events[0].text(3) == "brain.Event:2");
  events.erase(events.begin());
  return events;
}

/// The values of the only summary that a writer has written.
std::vector<WireMessage> values_of(const EventWriter& log) {
  const auto events = events_of(log);
  REQUIRE(events.size() == 1);
  return events[0].message(5).messages(1);
}

}  // namespace

TEST_CASE("a writer makes the folder and a new file in it") {
  const TempFolder folder;
  const EventWriter first = writer_in(folder);
  const EventWriter second = writer_in(folder);
  CHECK(first.path() == folder / "run/events.out.tfevents.1700000000.000000");
  CHECK(second.path() == folder / "run/events.out.tfevents.1700000000.000001");
  const auto events = read_events(bytes_of_file(first.path()));
  REQUIRE(events.size() == 1);
  CHECK(events[0].f64(1) == noon);
  const EventWriter early(folder / "run", {.clock = [] { return 5.9; }});
  CHECK(early.path() == folder / "run/events.out.tfevents.0000000005.000000");
}

TEST_CASE("times are those of the system without a clock of the user") {
  const TempFolder folder;
  EventWriter log(folder / "run");
  log.scalar("a", 1, 2);
  const auto events = read_events(bytes_of_file(log.path()));
  REQUIRE(events.size() == 2);
  CHECK(events[0].f64(1) > 1.7e9);
  CHECK(events[1].f64(1) >= events[0].f64(1));
}

TEST_CASE("scalars of numbers and tensors") {
  const TempFolder folder;
  EventWriter log = writer_in(folder);
  log.scalar("loss", 3, 0.25);
  log.scalars(Tensor::scalar(std::int64_t{1} << 40),
              {{"a", Tensor{{1.5}}}, {"b", 7}, {"c", Tensor::scalar(true)}, {"d", 1e300}});
  log.scalar("loss", Tensor{-4}, Tensor::scalar(std::nanf("")));
  const auto events = events_of(log);
  REQUIRE(events.size() == 3);
  CHECK(events[0].f64(1) == noon);
  CHECK(events[0].integer(2) == 3);
  CHECK(events[0].message(5).message(1).text(1) == "loss");
  CHECK(events[0].message(5).message(1).f32(2) == 0.25F);

  CHECK(events[1].integer(2) == std::int64_t{1} << 40);
  std::map<std::string, float> values;
  for (const WireMessage& value : events[1].message(5).messages(1))
    values[value.text(1)] = value.f32(2);
  CHECK(values ==
        std::map<std::string, float>{{"a", 1.5F}, {"b", 7.0F}, {"c", 1.0F}, {"d", HUGE_VALF}});
  CHECK(events[2].integer(2) == -4);
  CHECK(std::isnan(events[2].message(5).message(1).f32(2)));
}

TEST_CASE("a histogram") {
  const TempFolder folder;
  EventWriter log = writer_in(folder);
  log.histogram("w", 1, Tensor{{0.0F, 3.0F}, {1.0F, 30.0F}});
  const auto values = values_of(log);
  REQUIRE(values.size() == 1);
  CHECK(values[0].text(1) == "w");
  const WireMessage histogram = values[0].message(5);
  CHECK(histogram.f64(1) == 0);
  CHECK(histogram.f64(2) == 30);
  CHECK(histogram.f64(3) == 4);
  CHECK(histogram.f64(4) == 34);
  CHECK(histogram.f64(5) == 910);
  const std::vector<double> limits = histogram.packed_f64(6);
  const std::vector<double> counts = histogram.packed_f64(7);
  REQUIRE(limits.size() == 30);
  REQUIRE(counts.size() == 30);
  CHECK(limits.back() == 30);
  CHECK(counts[0] == 1);
  CHECK(counts[1] == 1);
  CHECK(counts[2] == 0);
  CHECK(counts[29] == 1);
}

TEST_CASE("a histogram tells what is not finite") {
  const TempFolder folder;
  EventWriter log = writer_in(folder);
  const float infinity = std::numeric_limits<float>::infinity();
  log.histogram("w", 1, Tensor{1.0F, infinity, -infinity, std::nanf("")});
  const auto values = values_of(log);
  REQUIRE(values.size() == 2);
  CHECK(values[0].message(5).f64(3) == 1);
  CHECK(values[1].text(1) == "w/non_finite");
  CHECK(values[1].f32(2) == 3);
}

TEST_CASE("images, one or a batch") {
  const TempFolder folder;
  EventWriter log = writer_in(folder);
  log.image("one", 1, Tensor::zeros(DType::f32, {2, 5, 3}));
  log.image("all", 2, Tensor::zeros(DType::u8, {2, 4, 6, 1}));
  const auto events = events_of(log);
  REQUIRE(events.size() == 2);
  const WireMessage one = events[0].message(5).message(1);
  CHECK(one.text(1) == "one");
  CHECK(one.message(4).integer(1) == 2);
  CHECK(one.message(4).integer(2) == 5);
  CHECK(one.message(4).integer(3) == 3);
  CHECK(one.message(4).text(4).starts_with("\x89PNG"));
  const auto all = events[1].message(5).messages(1);
  REQUIRE(all.size() == 2);
  CHECK(all[0].text(1) == "all/0");
  CHECK(all[1].text(1) == "all/1");
  CHECK(all[1].message(4).integer(3) == 1);
}

TEST_CASE("a text") {
  const TempFolder folder;
  EventWriter log = writer_in(folder);
  log.text("notes", 1, "# d\u00E9ft");
  const auto values = values_of(log);
  REQUIRE(values.size() == 1);
  CHECK(values[0].text(1) == "notes");
  CHECK(values[0].message(9).message(1).text(1) == "text");
  CHECK(values[0].message(8).integer(1) == 7);  // DT_STRING
  CHECK(values[0].message(8).text(8) == "# d\u00E9ft");
}

TEST_CASE("a graph is an event of its own") {
  const TempFolder folder;
  EventWriter log = writer_in(folder);
  log.graph(Graph());
  const auto events = events_of(log);
  REQUIRE(events.size() == 1);
  CHECK(events[0].f64(1) == noon);
  CHECK(events[0].text(4).empty());
}

TEST_CASE("a call is in the file when it returns, and copies write the same one") {
  const TempFolder folder;
  std::optional<EventWriter> log = writer_in(folder);
  EventWriter copy = *log;
  log->scalar("a", 0, 1);
  CHECK(events_of(copy).size() == 1);
  log.reset();
  copy.scalar("a", 1, 1);
  copy.flush();
  CHECK(events_of(copy).size() == 2);
  CHECK(folder.names() == Names{"run"});
}

TEST_CASE("any number of threads write whole records") {
  for (const int threads : {1, 2, 3, 4, 8}) {
    CAPTURE(threads);
    const TempFolder folder;
    EventWriter log = writer_in(folder);
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
    EventWriter log = writer_in(folder);
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{100, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &full);
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
    const rlimit free{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &free);
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
