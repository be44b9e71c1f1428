#include <deft/runtime/run_arguments.hpp>

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

/// Something that is run by an Output, as an optimizer's step may be.
struct Step {
  Output output;
  operator Output() const { return output; }
};

TEST_CASE("what is asked for decides what is given") {
  const Graph graph;
  const Output a = constant(graph, {1.0F});
  const Output b = a + 1;
  Session session(graph);
  static_assert(std::is_same_v<decltype(session.run(a)), Tensor>);
  static_assert(std::is_same_v<decltype(session.run({a})), std::vector<Tensor>>);
  static_assert(std::is_same_v<decltype(session.run({a, b})), std::vector<Tensor>>);
  static_assert(std::is_same_v<decltype(session.run(a, b)), std::array<Tensor, 2>>);
  static_assert(std::is_same_v<decltype(session.run(a, b, a)), std::array<Tensor, 3>>);
  CHECK(session.run(b) == Tensor{2.0F});
  CHECK(session.run({b}).at(0) == Tensor{2.0F});
  const std::vector<Output> list{a, b};
  CHECK(session.run(list).at(1) == Tensor{2.0F});
  const auto [first, second, third] = session.run(a, b, b * 2);
  CHECK(first == Tensor{1.0F});
  CHECK(second == Tensor{2.0F});
  CHECK(third == Tensor{4.0F});
}

TEST_CASE("several Outputs are computed in one step, with feeds and options") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1}, {.name = "x"});
  const Output w = variable(graph, {0.0F}, {.name = "w"});
  const Output step = assign_add(w, x);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Feeds feeds{{x, {3.0F}}};
  auto [w1, seen] = session.run(step, x, feeds);
  CHECK(w1 == Tensor{3.0F});
  CHECK(seen == Tensor{3.0F});
  auto [w2, x2, old] = session.run(step, x, w, feeds, RunOptions{.steps = 2});
  CHECK(w2 == Tensor{9.0F});
  CHECK(old == Tensor{6.0F});  // at the start of the last step
  CHECK(session.run({step, x}, {{x, {1.0F}}}, {.steps = 2}).at(0) == Tensor{11.0F});
}

TEST_CASE("what converts to an Output can be run") {
  const Graph graph;
  const Output w = variable(graph, {0.0F});
  const Step step{assign_add(w, ones_like(w))};
  Session session(graph);
  session.run(global_variables_initializer(graph));
  CHECK(session.run(step, {.steps = 2}) == Tensor{2.0F});
  const auto [next, before] = session.run(step, w);
  CHECK(next == Tensor{3.0F});
  CHECK(before == Tensor{2.0F});
}

TEST_CASE("errors of a run of several Outputs name its line") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1}, {.name = "x"});
  Session session(graph);
  const int line = __LINE__ + 1;
  const auto empty = caught<RunError>([&] { session.run(x, Output{}); });
  CHECK(empty.info().where.line == line);
  CHECK(std::string(empty.info().where.file).ends_with("run_arguments_test.cpp"));
  CHECK(empty.info().message == "fetch 1 is an empty Output");
  const auto one = caught<RunError>([&] { session.run(Output{}); });
  CHECK(one.info().where.line == __LINE__ - 1);
  const auto list = caught<RunError>([&] { session.run({x, Output{}}); });
  CHECK(list.info().where.line == __LINE__ - 1);
}

TEST_CASE("options that know no line have that of a run of several Outputs") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {1}, {.name = "x"});
  Session session(graph);
  RunOptions options;
  const auto error = caught<RunError>([&] { session.run(x, Output{}, options); });
  CHECK(error.info().where.line == __LINE__ - 1);
}

TEST_CASE("run options without braces carry no line of deft's own") {
  RunOptions options;
  CHECK(options.where.line == 0);
  MatmulOptions products;
  CHECK(products.where.line == 0);
  ReduceOptions sums;
  CHECK(sums.where.line == 0);
  GradientOptions gradients;
  CHECK(gradients.where.line == 0);
  WhereSafeOptions safe;
  CHECK(safe.where.line == 0);
  const Graph graph;
  const Output w = variable(graph, {1.0F}, VariableOptions{.name = "w", .where = options.where});
  const auto error = caught<RunError>([&] { Session(graph).run(w, options); });
  CHECK(error.info().message == "the variable 'w' (line not known) has no value yet");
}

}  // namespace
}  // namespace deft
