// RunOptions: until, on_progress, and what is refused. Stop and timeout: interrupt_test.cpp;
// check_numerics: numerics_test.cpp.

#include <chrono>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "caught.hpp"
#include "support/misuse.hpp"

namespace deft {
namespace {

using namespace std::chrono_literals;

bool always(double) { return true; }

/// A variable that counts its steps, and `twice`, which is 2 n in the step that writes n.
template <class T = float>
struct Counter {
  explicit Counter(const SessionOptions& options = {.threads = 2}) : session(graph, options) {
    session.run(global_variables_initializer(graph));
  }
  double value() { return static_cast<double>(session.eval(n).item<T>()); }

  Graph graph;
  Output n = variable(graph, Tensor::scalar(T{0}), {.name = "n"});
  Output step = assign_add(n, ones_like(n));
  Output twice = step * 2;
  Session session;
};

template <class T>
void check_until() {
  Counter<T> counter;
  std::vector<double> seen;
  const auto reached = [&seen](double value) {
    seen.push_back(value);
    return value >= 6;
  };
  const std::vector<Tensor> fetches = counter.session.run(
      {counter.step, counter.n}, {.steps = 100, .until = {counter.twice, reached}});
  CHECK(seen == std::vector<double>{2, 4, 6});
  CHECK(fetches.size() == 2);
  CHECK(fetches[0] == Tensor::scalar(T{3}));
  CHECK(fetches[1] == Tensor::scalar(T{2}));
  CHECK(counter.value() == 3);
}

TEST_CASE("until ends a run after the step that reaches it, with the fetches of that step") {
  check_until<float>();
  check_until<double>();
  check_until<std::int32_t>();
  check_until<std::int64_t>();
}

TEST_CASE("until reads a bool as 0 or 1") {
  Counter counter;
  std::vector<double> seen;
  const auto reached = [&seen](double value) {
    seen.push_back(value);
    return value != 0;
  };
  counter.session.run(counter.step, {.steps = 9, .until = {greater(counter.twice, 5), reached}});
  CHECK(seen == std::vector<double>{0, 0, 1});
  CHECK(counter.value() == 3);
}

TEST_CASE("until that is never reached is asked once per step") {
  Counter counter;
  int asked = 0;
  const auto never = [&asked](double) { return ++asked > 100; };
  counter.session.run(counter.step, {.steps = 7, .until = {counter.twice, never}});
  CHECK(asked == 7);
  CHECK(counter.value() == 7);
}

TEST_CASE("until may ask for a variable, a constant, a feed or what is fetched") {
  Counter counter;
  const Output x = placeholder(counter.graph, DType::f64, {1, 1});
  const Tensor five = Tensor::from<double>({1, 1}, {5});
  std::vector<double> seen;
  const auto reached = [&seen](double value) {
    seen.push_back(value);
    return true;
  };
  Session& session = counter.session;
  session.run(counter.step, {.steps = 3, .until = {counter.n, reached}});
  session.run(counter.step,
              {.steps = 3, .until = {constant(counter.graph, Tensor::scalar(true)), reached}});
  session.run(counter.step, {{x, five}}, {.steps = 3, .until = {x, reached}});
  session.run(counter.step, {.steps = 3, .until = {counter.step, reached}});
  CHECK(session.prepare({counter.step})({}, {.steps = 3, .until = {counter.twice, reached}})[0] ==
        Tensor::scalar(5.0F));
  CHECK(seen == std::vector<double>{0, 1, 5, 4, 10});  // n as it is at the start of the step
}

TEST_CASE("until needs no fetch, and computes nothing that was not asked for") {
  Counter counter;
  counter.session.run(std::vector<Output>{}, {.steps = 5, .until = {counter.twice, always}});
  CHECK(counter.value() == 1);
  counter.session.run(std::vector<Output>{}, {.steps = 5, .until = {counter.n, always}});
  CHECK(counter.value() == 1);
}

TEST_CASE("a condition that throws ends the run after its step") {
  for (const int threads : {1, 2}) {
    Counter counter({.threads = threads});
    const auto fails = [](double value) {
      if (value == 6) throw std::runtime_error("planted");
      return false;
    };
    CHECK_THROWS_WITH_AS(
        counter.session.run(counter.step, {.steps = 9, .until = {counter.twice, fails}}), "planted",
        std::runtime_error);
    CHECK(counter.value() == 3);
    counter.session.run(counter.step);
    CHECK(counter.value() == 4);
  }
}

TEST_CASE("progress is reported after the last step of a run that until ends") {
  Counter counter;
  std::vector<std::int64_t> steps;
  const auto note = [&steps](const Progress& progress) {
    CHECK(progress.steps == 50);
    steps.push_back(progress.step);
  };
  const auto reached = [](double value) { return value >= 14; };
  counter.session.run(
      counter.step,
      {.steps = 50, .until = {counter.twice, reached}, .on_progress = note, .progress_every = 3});
  CHECK(steps == std::vector<std::int64_t>{3, 6, 7});
}

TEST_CASE("progress at the last step is reported once") {
  Counter counter;
  std::vector<std::int64_t> steps;
  const auto note = [&steps](const Progress& progress) { steps.push_back(progress.step); };
  counter.session.run(counter.step, {.steps = 6, .on_progress = note, .progress_every = 3});
  CHECK(steps == std::vector<std::int64_t>{3, 6});
  steps.clear();
  counter.session.run(counter.step, {.steps = 6, .on_progress = note, .progress_every = 100});
  CHECK(steps == std::vector<std::int64_t>{6});
}

TEST_CASE("an interval that has always passed reports every step, whatever progress_every says") {
  Counter counter;
  std::vector<std::int64_t> steps;
  std::vector<double> values;
  const auto note = [&](const Progress& progress) {
    steps.push_back(progress.step);
    values.push_back(counter.value());
    std::this_thread::sleep_for(10us);
  };
  counter.session.run(
      counter.step,
      {.steps = 4, .on_progress = note, .progress_every = 3, .progress_interval = 1ns});
  CHECK(steps == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(values == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("an interval that never passes reports the last step alone") {
  for (const std::chrono::nanoseconds interval :
       {std::chrono::nanoseconds(24h), std::chrono::nanoseconds::max()}) {
    Counter counter;
    std::vector<std::int64_t> steps;
    const auto note = [&steps](const Progress& progress) { steps.push_back(progress.step); };
    counter.session.run(counter.step,
                        {.steps = 40, .on_progress = note, .progress_interval = interval});
    CHECK(steps == std::vector<std::int64_t>{40});
    CHECK(counter.value() == 40);
  }
}

TEST_CASE("a report may train the session further, and the run goes on from there") {
  Counter counter;
  const auto note = [&counter](const Progress& progress) {
    if (progress.step == 4) counter.session.run(counter.step, {.steps = 100});
  };
  counter.session.run(counter.step, {.steps = 6, .on_progress = note, .progress_every = 2});
  CHECK(counter.value() == 106);
}

TEST_CASE("a report of an interval that throws leaves the complete steps") {
  Counter counter;
  const auto note = [](const Progress& progress) {
    if (progress.step == 3) throw 42;
    std::this_thread::sleep_for(10us);
  };
  CHECK_THROWS_AS(counter.session.run(counter.step,
                                      {.steps = 9, .on_progress = note, .progress_interval = 1ns}),
                  int);
  CHECK(counter.value() == 3);
}

constexpr Misuse options[] = {
    {"until without value", typeid(RunError), ErrorCode::empty_handle,
     "{0}: until has a condition, but its value is an empty Output; give it the result of a "
     "builder, such as the loss",
     [](Bench& t) {
       t.session.run(t.v, {.until = {t.here(t.empty), always}});
     }},
    {"until without condition", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: until has the value 'v', but no condition; give it a function of a double",
     [](Bench& t) {
       t.session.run(t.v, {.until = {t.here(t.v), nullptr}});
     }},
    {"until with three elements", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: until's value, 'v', is f32[3]; it must have one element: reduce it",
     [](Bench& t) {
       t.session.run(t.v, {.until = {t.here(t.v), always}});
     }},
    {"until with elements that are fed", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: until's value, 'open', is f32[0, 3]; it must have one element: reduce it",
     [](Bench& t) {
       const Tensor nothing = Tensor::zeros(DType::f32, {0, 3});
       t.session.run(t.v, {{t.open, nothing}}, {.until = {t.here(t.open), always}});
     }},
    {"until of an operation without output", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: until's value, 'done', is an operation without output; it must have one element: reduce "
     "it",
     [](Bench& t) {
       t.session.run(t.v, {.until = {t.here(t.done), always}});
     }},
    {"until of another graph", typeid(RunError), ErrorCode::wrong_graph,
     "{0}: until's value, 'foreign', belongs to another graph; use an Output of the session's "
     "graph",
     [](Bench& t) {
       t.session.run(t.v, {.until = {t.here(t.foreign), always}});
     }},
    {"until of a prepared call", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: until's value, 'v', is f32[3]; it must have one element: reduce it",
     [](Bench& t) {
       t.session.prepare({t.v})({}, {.until = {t.here(t.v), always}});
     }},
    {"a negative interval of progress", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: progress_interval is -1000000 ns; report after at least 1 ns, or use 0 to count steps",
     [](Bench& t) { t.session.run(t.v, {.progress_interval = t.here(-1ms)}); }},
    {"the fewest steps", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: steps is -9223372036854775808; run at least 1 step",
     [](Bench& t) {
       t.session.run(t.v, {.steps = t.here(std::numeric_limits<std::int64_t>::min())});
     }},
    {"progress every 0 steps", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: progress_every is 0; report after at least 1 step",
     [](Bench& t) { t.session.run(t.v, {.progress_every = t.here(0)}); }},
    {"options of a prepared call", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: steps is 0; run at least 1 step",
     [](Bench& t) { t.session.prepare({t.v})({}, {.steps = t.here(0)}); }},
};

TEST_CASE("options of runs that are refused") { check_misuses(options); }

}  // namespace
}  // namespace deft
