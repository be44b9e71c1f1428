// What a step means: snapshot reads, writes that become visible together, all or nothing.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

Tensor scalar(float value) { return Tensor::scalar(value); }

/// Two variables a = 1 and b = 2 in an initialised session.
struct Model {
  explicit Model(int threads = 2) : session(graph, {.threads = threads}) {
    session.run(global_variables_initializer(graph));
  }
  float value(const Output& x) { return session.eval(x).item<float>(); }

  Graph graph;
  Output a = variable(graph, scalar(1), {.name = "a"});
  Output b = variable(graph, scalar(2), {.name = "b"});
  Session session;
};

TEST_CASE("two assigns swap: reads see the start of the step") {
  Model m;
  const Output swap = group({assign(m.a, m.b), assign(m.b, m.a)});
  m.session.run(swap);
  CHECK(m.value(m.a) == 2);
  CHECK(m.value(m.b) == 1);
  m.session.run(swap, {.steps = 3});
  CHECK(m.value(m.a) == 1);
  CHECK(m.value(m.b) == 2);
}

TEST_CASE("a read beside an assign sees the old value and one after it the new") {
  Model m;
  const Output write = assign(m.a, m.a + 10);
  const Output beside = m.a * 1;
  Output after;
  {
    const ControlDependencies order(m.graph, {write});
    after = m.a * 1;
  }
  const std::vector<Tensor> seen = m.session.run({write, beside, after, m.a});
  CHECK(seen[0] == scalar(11));
  CHECK(seen[1] == scalar(1));
  CHECK(seen[2] == scalar(11));
  CHECK(seen[3] == scalar(1));
  CHECK(m.value(m.a) == 11);
}

TEST_CASE("a read that depends on an assign by data sees the new value") {
  Model m;
  const Output write = assign(m.a, m.a + 10);
  CHECK(m.session.run(write * 0 + m.a) == scalar(11));
}

TEST_CASE("ordered assigns follow each other and the last one remains") {
  Model m;
  const Output first = assign_add(m.a, constant(m.graph, scalar(1)));
  Output second;
  {
    const ControlDependencies order(m.graph, {first});
    second = assign_add(m.a, m.a);
  }
  const std::vector<Tensor> seen = m.session.run({first, second});
  CHECK(seen[0] == scalar(2));
  CHECK(seen[1] == scalar(4));
  CHECK(m.value(m.a) == 4);
  CHECK(m.session.run(first) == scalar(5));
}

TEST_CASE("an assign happens although what waits for it is simplified away") {
  Model m;
  const Output write = assign(m.a, m.a + 10);
  Output negative;
  {
    const ControlDependencies order(m.graph, {write});
    negative = -m.b;
  }
  CHECK(m.session.run(-negative) == scalar(2));
  CHECK(m.value(m.a) == 11);
}

TEST_CASE("what one variable becomes another may become too") {
  Model m;
  const Output added = assign_add(m.a, constant(m.graph, scalar(3)));
  m.session.run(assign(m.b, added));
  CHECK(m.value(m.a) == 4);
  CHECK(m.value(m.b) == 4);
  const Output x = placeholder(m.graph, DType::f32, {});
  m.session.run(assign(m.b, assign(m.a, x)), {{x, scalar(5)}});
  CHECK(m.value(m.a) == 5);
  CHECK(m.value(m.b) == 5);
}

TEST_CASE("an edge added later orders two assigns, also in a plan that is cached") {
  Model m;
  const Output first = assign(m.a, constant(m.graph, scalar(5)));
  const Output second = assign(m.a, constant(m.graph, scalar(6)));
  const Error error = caught<RunError>([&] { m.session.run({first, second}); });
  CHECK(error.code() == ErrorCode::write_conflict);
  CHECK(std::string(error.what()).find("transaction_test.cpp") != std::string::npos);
  CHECK(m.value(m.a) == 1);
  m.graph.add_control_dependency(second, first);
  m.session.run({first, second});
  CHECK(m.value(m.a) == 5);
}

TEST_CASE("n steps equal n runs") {
  Model many;
  Model one;
  const auto train = [](Model& m) {
    return group({assign(m.a, m.a * 1.5F + m.b), assign_sub(m.b, m.a / 7)});
  };
  many.session.run(train(many), {.steps = 25});
  const Output step = train(one);
  for (int i = 0; i < 25; ++i) one.session.run(step);
  CHECK(bitwise_equal(many.session.eval(many.a), one.session.eval(one.a)));
  CHECK(bitwise_equal(many.session.eval(many.b), one.session.eval(one.b)));
}

TEST_CASE("a fetched value of a variable does not change with it") {
  Model m;
  const Output write = assign_add(m.a, m.b);
  const Tensor before = m.session.eval(m.a);
  const Tensor written = m.session.run(write);
  m.session.run(write, {.steps = 10});
  CHECK(before == scalar(1));
  CHECK(written == scalar(3));
  CHECK(m.value(m.a) == 23);
}

TEST_CASE("the fetches of several steps are those of the last") {
  Model m;
  const Output write = assign_add(m.a, m.b);
  const std::vector<Tensor> last = m.session.run({write, m.a, m.a * 2}, {.steps = 4});
  CHECK(last[0] == scalar(9));
  CHECK(last[1] == scalar(7));
  CHECK(last[2] == scalar(14));
}

TEST_CASE("a step that fails leaves every variable and the steps before it") {
  const Graph graph;
  const Output n = variable(graph, Tensor::scalar<std::int32_t>(3), {.name = "n"});
  const Output other = variable(graph, Tensor::scalar<std::int32_t>(0), {.name = "other"});
  const Output one = constant(graph, Tensor::scalar<std::int32_t>(1));
  const Output count_down = assign_sub(n, one);
  const Output divide = assign(other, 12 / n, {.name = "divide"});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Error error = caught<RunError>([&] { session.run({count_down, divide}, {.steps = 10}); });
  CHECK(error.code() == ErrorCode::numeric);
  CHECK(error.info().op == "div");
  CHECK(session.eval(n).item<std::int32_t>() == 0);
  CHECK(session.eval(other).item<std::int32_t>() == 12);
  CHECK_THROWS_AS(session.run({count_down, divide}), RunError);
  CHECK(session.eval(n).item<std::int32_t>() == 0);
  session.run(global_variables_initializer(graph));
  session.run({count_down, divide});
  CHECK(session.eval(other).item<std::int32_t>() == 4);
}

TEST_CASE("all uninitialised variables are listed before anything runs") {
  const Graph graph;
  const Output a = variable(graph, scalar(1), {.name = "a"});
  const Output b = variable(graph, scalar(1), {.name = "b"});
  const Output c = variable(graph, scalar(1), {.name = "c"});
  Session session(graph);
  const Output write = assign(c, a + b);
  const Error error = caught<RunError>([&] { session.run(write); });
  CHECK(error.code() == ErrorCode::uninitialized_variable);
  CHECK(error.info().message.find("'a'") != std::string::npos);
  CHECK(error.info().message.find("'b'") != std::string::npos);
  CHECK(error.info().message.find("'c'") == std::string::npos);
  CHECK(error.info().cure.find("global_variables_initializer") != std::string::npos);
}

TEST_CASE("an assign alone initialises a variable") {
  const Graph graph;
  const Output a = variable(graph, scalar(1));
  Session session(graph);
  session.run(assign(a, constant(graph, scalar(8))));
  CHECK(session.eval(a) == scalar(8));
}

TEST_CASE("variables may start from computed values") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<float>({2}, {1, 2}));
  const Output a = variable(x * 3, {.name = "a"});
  CHECK(a.shape() == Shape{2});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  CHECK(session.eval(a) == Tensor::from<float>({2}, {3, 6}));
}

TEST_CASE("a constant or a feed that waits for two operations is copied where it is assigned") {
  const Graph graph;
  const Output a = variable(graph, scalar(1), {.name = "a"});
  const Output b = variable(graph, scalar(2), {.name = "b"});
  const Output c = variable(graph, scalar(3), {.name = "c"});
  const Output d = variable(graph, scalar(4), {.name = "d"});
  std::vector<Output> assigns{assign_add(a, constant(graph, scalar(1))),
                              assign_add(b, constant(graph, scalar(1)))};
  Output x;
  {
    const ControlDependencies after(graph, assigns);
    x = placeholder(graph, DType::f32, {}, {.name = "x"});
    assigns = {assign(c, constant(graph, scalar(5))), assign(d, x)};
  }
  const Output step = group(assigns);
  for (const int threads : {1, 2}) {
    Session session(graph, {.threads = threads});
    session.run(global_variables_initializer(graph));
    session.run(step, {{x, scalar(7)}}, {.steps = 3});
    CHECK(session.eval(c).item<float>() == 5);
    CHECK(session.eval(d).item<float>() == 7);
  }
}

}  // namespace
}  // namespace deft
