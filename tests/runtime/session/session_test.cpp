#include <deft/runtime/session.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

Tensor vector_of(std::initializer_list<float> values) {
  return Tensor::from<float>({static_cast<std::int64_t>(values.size())}, values);
}

TEST_CASE("one fetch gives a Tensor and a list gives as many") {
  const Graph graph;
  const Output a = constant(graph, vector_of({1, 2}));
  const Output b = a * 10;
  Session session(graph);
  CHECK(session.run(b) == vector_of({10, 20}));
  CHECK(session.eval(b) == vector_of({10, 20}));
  const std::vector<Tensor> both = session.run({a, b, a});
  REQUIRE(both.size() == 3);
  CHECK(both[0] == vector_of({1, 2}));
  CHECK(both[1] == vector_of({10, 20}));
  CHECK(both[2] == both[0]);
  CHECK(session.run({b}).size() == 1);
  CHECK(session.run(std::vector<Output>{}).empty());
}

TEST_CASE("a session sees what the graph gains after it was made") {
  const Graph graph;
  const Output a = constant(graph, vector_of({1}));
  Session session(graph);
  CHECK(session.run(a) == vector_of({1}));
  CHECK(session.run(a + 1) == vector_of({2}));
}

TEST_CASE("feeds give placeholders their values, of any shape that fits") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  const Output y = placeholder(graph, DType::f32, {}, {.name = "y"});
  const Output z = x * y;
  Session session(graph);
  CHECK(session.run(z, {{x, vector_of({1, 2})}, {y, Tensor::scalar(3.0F)}}) == vector_of({3, 6}));
  CHECK(session.run(z, {{y, Tensor::scalar(2.0F)}, {x, vector_of({5})}}) == vector_of({10}));
  CHECK(session.run(z, {{y, Tensor::scalar(2.0F)}, {x, Tensor::zeros(DType::f32, {0})}}) ==
        Tensor::zeros(DType::f32, {0}));
  CHECK(session.run(x, {{x, vector_of({7})}, {y, Tensor::scalar(2.0F)}}) == vector_of({7}));
}

TEST_CASE("fetched tensors stay as they are when the session runs on") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const Output y = reshape(x + 1, {2, 1});
  Session session(graph);
  const Tensor first = session.run(y, {{x, vector_of({1, 2})}});
  const Tensor second = session.run(y, {{x, vector_of({5, 6})}});
  CHECK(first == Tensor::from<float>({2, 1}, {2, 3}));
  CHECK(second == Tensor::from<float>({2, 1}, {6, 7}));
}

TEST_CASE("only the shape of a shape-only input is asked for") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3, 4}, {.name = "x"});
  const Output free = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "free"});
  Session session(graph);
  CHECK(session.run(shape(exp(x))) == Tensor::from<std::int64_t>({2}, {3, 4}));
  CHECK(session.run(zeros_like(x)) == Tensor::zeros(DType::f32, {3, 4}));
  const Error error = caught<RunError>([&] { session.run(shape(free)); });
  CHECK(error.code() == ErrorCode::not_fed);
  CHECK(session.run(shape(free), {{free, vector_of({1, 2})}}).item<std::int64_t>() == 2);
}

TEST_CASE("a prepared call takes one value per placeholder") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  const Output w = variable(constant(graph, vector_of({1})), {.name = "w"});
  const Output step = assign_add(w, reduce_sum(x, {.keep_dims = true}));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  Callable call = session.prepare({step, x}, {x});
  CHECK(call({vector_of({1, 2})})[0] == vector_of({4}));
  CHECK(call({vector_of({1})}, {.steps = 3})[0] == vector_of({7}));
  CHECK(session.eval(w) == vector_of({7}));
  CHECK_THROWS_AS(call({}), RunError);
  CHECK_THROWS_AS(call({Tensor::scalar(1.0F)}), RunError);
  CHECK_THROWS_AS(session.prepare({step}, {w}), RunError);
}

TEST_CASE("a prepared call outlives its session") {
  const Graph graph;
  const Output w = variable(constant(graph, vector_of({1})));
  const auto make = [&] {
    Session session(graph);
    session.run(global_variables_initializer(graph));
    return session.prepare({assign_add(w, w)});
  };
  const Callable call = make();
  call();
  CHECK(call()[0] == vector_of({4}));
}

TEST_CASE("sessions of one graph have variables of their own") {
  const Graph graph;
  const Output w = variable(constant(graph, vector_of({1})));
  const Output init = global_variables_initializer(graph);
  const Output step = assign_add(w, ones_like(w));
  Session a(graph);
  Session b(graph);
  a.run(init);
  b.run(init);
  a.run(step, {.steps = 5});
  CHECK(a.eval(w) == vector_of({6}));
  CHECK(b.eval(w) == vector_of({1}));
}

TEST_CASE("progress is reported on the way, and the callback may use the session") {
  const Graph graph;
  const Output w = variable(constant(graph, vector_of({0})));
  const Output step = assign_add(w, ones_like(w));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  std::vector<std::int64_t> steps;
  std::vector<float> seen;
  session.run(step, {.steps = 7,
                     .on_progress =
                         [&](const Progress& progress) {
                           steps.push_back(progress.step);
                           seen.push_back(session.eval(w).data<float>()[0]);
                         },
                     .progress_every = 3});
  CHECK(steps == std::vector<std::int64_t>{3, 6, 7});
  CHECK(seen == std::vector<float>{3, 6, 7});
}

TEST_CASE("a callback that throws leaves the complete steps") {
  const Graph graph;
  const Output w = variable(constant(graph, vector_of({0})));
  const Output step = assign_add(w, ones_like(w));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const auto stop = [](const Progress& progress) {
    if (progress.step == 4) throw std::string("stop");
  };
  CHECK_THROWS_AS(session.run(step, {.steps = 9, .on_progress = stop}), std::string);
  CHECK(session.eval(w) == vector_of({4}));
  session.run(step);
  CHECK(session.eval(w) == vector_of({5}));
}

TEST_CASE("options out of range are refused") {
  const Graph graph;
  const Output a = constant(graph, vector_of({1}));
  Session session(graph);
  CHECK_THROWS_AS(session.run(a, {.steps = 0}), RunError);
  CHECK_THROWS_AS(session.run(a, {.steps = -3}), RunError);
  CHECK_THROWS_AS(session.run(a, {.progress_every = 0}), RunError);
  CHECK_THROWS_AS(Session(graph, {.threads = -1}), RunError);
  CHECK_THROWS_AS(Session(graph, {.threads = 1000000}), RunError);
  CHECK(Session(graph, {.threads = 3}).threads() == 3);
  CHECK(Session(graph).threads() >= 1);
}

TEST_CASE("the log tells of a new plan once") {
  const Graph graph;
  const Output a = constant(graph, vector_of({1})) + 1;
  std::vector<std::string> lines;
  Session session(
      graph, {.log = Logger([&](LogLevel, std::string_view line) { lines.emplace_back(line); })});
  session.run(a);
  session.run(a);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("plan: "));
}

/// What the log tells of a plan at level debug.
std::vector<std::string> log_of_passes(const Optimizations& optimizations) {
  const Graph graph;
  const Output w = variable(zeros(graph, DType::f32, {2}));
  const Output step = assign(w, w + 1 + zeros_like(exp(w)));
  std::vector<std::string> lines;
  const auto sink = [&](LogLevel level, std::string_view line) {
    if (level == LogLevel::debug) lines.emplace_back(line);
  };
  Session session(
      graph, {.threads = 1, .log = Logger(sink, LogLevel::debug), .optimizations = optimizations});
  CHECK_THROWS_AS(session.run(step), RunError);
  return lines;
}

TEST_CASE("at level debug the log tells what every pass did") {
  CHECK(log_of_passes(Optimizations::none()) ==
        std::vector<std::string>{
            "plan: collect: 7 of 9 nodes", "plan: prune: 1 node dropped: only their shapes matter",
            "plan: infer shapes: 7 values", "plan: order effects: 1 variable, 1 written",
            "plan: emit: 3 instructions; renamed inputs: 1",
            "plan: schedule: one thread: instructions run in order",
            "plan: plan memory: 64 bytes, 80 with results and variables"});
}

TEST_CASE("the log tells what the passes that make a plan faster did") {
  std::vector<std::string> lines = log_of_passes({});
  REQUIRE(lines.size() == 14);
  lines = {lines.begin() + 4, lines.begin() + 11};
  CHECK(lines == std::vector<std::string>{
                     "plan: simplify: unchanged", "plan: drop unused: unchanged",
                     "plan: fold constants: unchanged", "plan: simplify: unchanged",
                     "plan: merge duplicates: unchanged", "plan: drop unused: 1 operation",
                     "plan: fuse: 3 operations in 1 group"});
}

}  // namespace
}  // namespace deft
