#include <deft/runtime/event_writer.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "support/event_file.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

/// The values of the only summary that a writer has written.
std::vector<WireMessage> values_of(const EventWriter& log) {
  const auto events = events_of(log);
  REQUIRE(events.size() == 1);
  return events[0].message(5).messages(1);
}

}  // namespace

TEST_CASE("an event has the time of its call") {
  const TempFolder folder;
  double now = 100;
  EventWriter log(folder / "run", {.clock = [&now] { return now; }});
  now = 200;
  log.scalar("a", 1, 2);
  now = 50;
  log.graph(Graph());
  const auto events = read_events(bytes_of_file(log.path()));
  REQUIRE(events.size() == 3);
  CHECK(events[0].f64(1) == 100);
  CHECK(events[1].f64(1) == 200);
  CHECK(events[2].f64(1) == 50);
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
  EventWriter log = writer_in(folder / "run");
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

TEST_CASE("scalars of any dtype, and those that are not finite") {
  const TempFolder folder;
  EventWriter log = writer_in(folder / "run");
  const double infinity = std::numeric_limits<double>::infinity();
  log.scalars(1, {{"f32", Tensor::scalar(1.0F)},
                  {"f64", Tensor::scalar(1.0)},
                  {"i32", Tensor::scalar(std::int32_t{1})},
                  {"i64", Tensor::scalar(std::int64_t{1})},
                  {"boolean", Tensor::scalar(true)},
                  {"u8", Tensor::scalar(std::uint8_t{1})},
                  {"u64", Tensor::scalar(std::uint64_t{1})},
                  {"f16", Tensor::scalar(Half(1))},
                  {"infinite", infinity},
                  {"lowest", Tensor::scalar(-infinity)}});
  const auto values = values_of(log);
  REQUIRE(values.size() == 10);
  for (std::size_t i = 0; i < 8; ++i) CHECK(values[i].f32(2) == 1);
  CHECK(values[8].f32(2) == HUGE_VALF);
  CHECK(values[9].f32(2) == -HUGE_VALF);
}

TEST_CASE("a histogram") {
  const TempFolder folder;
  EventWriter log = writer_in(folder / "run");
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
  EventWriter log = writer_in(folder / "run");
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
  EventWriter log = writer_in(folder / "run");
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
  EventWriter log = writer_in(folder / "run");
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
  EventWriter log = writer_in(folder / "run");
  log.graph(Graph());
  const auto events = events_of(log);
  REQUIRE(events.size() == 1);
  CHECK(events[0].f64(1) == noon);
  CHECK(events[0].text(4).empty());
}

TEST_CASE("a graph is written as it is at the call") {
  const TempFolder folder;
  EventWriter log = writer_in(folder / "run");
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2}, {.name = "x"});
  log.graph(graph);
  neg(x, {.name = "y"});
  log.graph(graph);
  const auto events = events_of(log);
  REQUIRE(events.size() == 2);
  const auto nodes_of = [](const WireMessage& event) {
    std::vector<std::string> names;
    for (const WireMessage& node : event.message(4).messages(1)) names.push_back(node.text(1));
    return names;
  };
  CHECK(nodes_of(events[0]) == std::vector<std::string>{"x"});
  CHECK(nodes_of(events[1]) == std::vector<std::string>{"x", "y"});
}

}  // namespace deft
