#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "plan/emit/emission.hpp"
#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

/// What is to be computed, and the instructions that do it.
struct Emitted {
  Lines operations;
  Lines instructions;

  Emitted(const Graph& graph, const std::vector<Output>& fetches, const Feeds& feeds = {}) {
    Plan plan;
    plan.graph = graph;
    Drafting drafting(graph, fetches, feeds);
    operations = drafting.begin().text();
    Emission emission;
    emit(drafting.draft(), emission, plan);
    schedule(drafting.draft(), emission, plan);
    plan_memory(drafting.draft(), emission, plan);
    instructions = text_of(plan);
  }
};

struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {2, 3}, {.name = "x"});
  Output w = variable(zeros(graph, DType::f32, {2, 3}), {.name = "w"});
  Output v = variable(zeros(graph, DType::f32, {2, 3}), {.name = "v"});
  Feeds feeds{{x, Tensor::zeros(DType::f32, {2, 3})}};
};

TEST_CASE("what only gives its input another name or shape is no instruction") {
  const Bench t;
  const Output flat = reshape(identity(t.x, {.name = "same"}), {6}, {.name = "flat"});
  const Emitted emitted(t.graph, {exp(flat, {.name = "y"})}, t.feeds);
  CHECK(emitted.operations ==
        Lines{"x = placeholder()", "same = identity(x)", "flat = reshape(same)", "y = exp(flat)"});
  CHECK(emitted.instructions == Lines{"result 0 = exp(feed 0)"});
}

TEST_CASE("what moves elements is an instruction") {
  const Bench t;
  const Output turned = transpose(t.x, {1, 0}, {.name = "turned"});
  const Emitted emitted(t.graph, {exp(turned, {.name = "y"})}, t.feeds);
  CHECK(emitted.operations ==
        Lines{"x = placeholder()", "turned = transpose(x)", "y = exp(turned)"});
  CHECK(emitted.instructions == Lines{"arena 0 = transpose(feed 0)", "result 0 = exp(arena 0)"});
}

TEST_CASE("a value that is made for an assign is computed where the variable will be") {
  const Bench t;
  const Output e = exp(t.x, {.name = "e"});
  const Emitted emitted(t.graph, {assign(t.w, e, {.name = "step"}), e}, t.feeds);
  CHECK(emitted.operations ==
        Lines{"x = placeholder()", "e = exp(x)", "step = assign(shape of w, e)"});
  CHECK(emitted.instructions == Lines{"next w = exp(feed 0)"});
}

TEST_CASE("a value that has bytes of its own is copied to the variable") {
  const Bench t;
  const Output of_feed = assign(t.w, t.x, {.name = "of_feed"});
  CHECK(Emitted(t.graph, {of_feed}, t.feeds).instructions ==
        Lines{"next w = assign(shape, feed 0)"});
  const Output of_variable = assign(t.w, t.v, {.name = "of_variable"});
  CHECK(Emitted(t.graph, {of_variable}).instructions ==
        Lines{"next w = assign(shape, variable v)"});
  const Output known = constant(t.graph, Tensor::zeros(DType::f32, {2, 3}));
  CHECK(Emitted(t.graph, {assign(t.w, known)}).instructions ==
        Lines{"next w = assign(shape, constant 0)"});
}

TEST_CASE("a value becomes one variable, and is copied to the next") {
  const Bench t;
  const Output e = exp(t.x, {.name = "e"});
  const Output both =
      group({assign(t.w, e, {.name = "to_w"}), assign(t.v, e, {.name = "to_v"})}, {.name = "both"});
  const Emitted emitted(t.graph, {both}, t.feeds);
  CHECK(emitted.operations == Lines{"x = placeholder()", "e = exp(x)",
                                    "to_w = assign(shape of w, e)", "to_v = assign(shape of v, e)",
                                    "both = no_op() after to_w, to_v"});
  CHECK(emitted.instructions ==
        Lines{"next w = exp(feed 0)", "next v = assign(shape, next w)", "no_op()"});
}

TEST_CASE("a group of one operation is that operation, a group of two waits for both") {
  const Bench t;
  const Output e = exp(t.x, {.name = "e"});
  const Output l = log(t.x, {.name = "l"});
  const Emitted one(t.graph, {group({e}, {.name = "one"})}, t.feeds);
  CHECK(one.operations == Lines{"x = placeholder()", "e = exp(x)", "one = no_op() after e"});
  CHECK(one.instructions == Lines{"arena 0 = exp(feed 0)"});
  const Emitted two(t.graph, {group({e, l}, {.name = "two"})}, t.feeds);
  CHECK(two.operations ==
        Lines{"x = placeholder()", "e = exp(x)", "l = log(x)", "two = no_op() after e, l"});
  CHECK(two.instructions == Lines{"arena 0 = exp(feed 0)", "arena 0 = log(feed 0)", "no_op()"});
}

}  // namespace
}  // namespace deft
