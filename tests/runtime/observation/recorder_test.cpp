#include "observation/recorder.hpp"

#include <doctest/doctest.h>

namespace deft {
namespace {

Plan plan_of(std::size_t instructions) {
  Plan plan;
  plan.instructions.resize(instructions);
  return plan;
}

TEST_CASE("events are kept as far as there is room, times and counts always") {
  EventRoom room(3);
  Recorder recorder(plan_of(2), 2, room);
  for (int i = 0; i < 5; ++i) {
    recorder.add(0, 1, Recorder::now() - std::chrono::milliseconds(2));
    recorder.count(0, 1);
  }
  CHECK(recorder.tracks()[0].events.size() == 3);
  CHECK(recorder.tracks()[0].dropped == 2);
  CHECK(recorder.tracks()[1].events.empty());
  const Recorder::Total total = recorder.totals()[1];
  CHECK(total.count == 5);
  CHECK(total.time >= std::chrono::milliseconds(10));
  CHECK(total.longest >= std::chrono::milliseconds(2));
  CHECK(total.longest < total.time);
  CHECK(recorder.totals()[0].count == 0);

  // Nothing after what is missing: the trace has no holes.
  room.give_back(1);
  recorder.add(0, 0, Recorder::now());
  CHECK(recorder.tracks()[0].events.size() == 3);
  CHECK(recorder.tracks()[0].dropped == 3);
}

TEST_CASE("threads and runs share the room") {
  EventRoom room(300);
  Recorder first(plan_of(1), 2, room);
  Recorder second(plan_of(1), 1, room);
  first.add(0, 0, Recorder::now());
  for (int i = 0; i < 100; ++i) first.add(1, 0, Recorder::now());
  CHECK(first.tracks()[0].events.size() == 1);
  CHECK(first.tracks()[1].events.size() == 44);  // what one thread has taken is not another's
  second.add(0, 0, Recorder::now());
  CHECK(second.tracks()[0].dropped == 1);
  room.give_back(10);
  Recorder third(plan_of(1), 1, room);
  third.add(0, 0, Recorder::now());
  CHECK(third.tracks()[0].dropped == 0);
}

TEST_CASE("the time of steps counts those that end") {
  EventRoom room(0);
  Recorder recorder(plan_of(0), 1, room);
  recorder.begin_step(0);
  const auto begun = Recorder::now();
  while (Recorder::now() == begun) continue;
  recorder.end_step();
  const auto one = recorder.step_time();
  CHECK(one.count() > 0);
  recorder.begin_step(1);
  CHECK(recorder.step_time() == one);
}

}  // namespace
}  // namespace deft
