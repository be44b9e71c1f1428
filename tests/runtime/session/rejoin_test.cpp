// What a session asks of a group, and how it becomes one with it again.

#include <bit>
#include <cstdint>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/fake_group.hpp"

namespace deft {
namespace {

struct Bench {
  Graph graph;
  Output w = variable(graph, Tensor::scalar(0.0F), {.name = "w"});
  Output step = assign_add(w, together(constant(graph, Tensor::scalar(1.0F))));
  Session session{graph, {.threads = 1}};
  FakeGroup& group = *fake_group();

  Bench() {
    group.connected = true;
    group.fails_at_vote = -1;
    group.others_say.clear();
    group.says_more_steps = 0;
    group.begun = group.ended = 0;
    session.run(global_variables_initializer(graph));
  }
  float value() const { return session.value(w).item<float>(); }
};

}  // namespace

TEST_CASE("a run with a group begins with its facts, votes once a step, and ends") {
  Bench t;
  t.session.run(t.step, {.steps = 3});
  CHECK(t.group.facts.steps == 3);
  CHECK(t.group.facts.version == 0);
  CHECK(t.group.votes == 3);
  t.session.run(t.step);
  CHECK(t.group.facts.version == 3);
  CHECK(t.group.begun == 2);
  CHECK(t.group.ended == 2);
  CHECK(t.value() == 4);
}

TEST_CASE("runs without collectives do not ask the group") {
  Bench t;
  t.session.run(assign_add(t.w, constant(t.graph, Tensor::scalar(1.0F))));
  CHECK(t.group.begun == 0);
}

TEST_CASE("a step whose vote fails is undone, and the steps before it remain") {
  Bench t;
  t.group.fails_at_vote = 3;
  CHECK_THROWS_AS(t.session.run(t.step, {.steps = 5}), RunError);
  CHECK(t.value() == 2);
  CHECK(!t.group.connected);
  CHECK(t.group.ended == 1);
}

TEST_CASE("a rank that has done fewer steps is given the variables of one that has done more") {
  Bench t;
  t.group.fails_at_vote = 3;
  CHECK_THROWS_AS(t.session.run(t.step, {.steps = 5}), RunError);
  t.group.says_more_steps = 3;
  t.session.rejoin(t.group);
  CHECK(t.group.connected);
  CHECK(std::bit_cast<std::uint32_t>(t.value()) == 0x01010101);  // what FakeGroup sends
  t.group.says_more_steps = 0;
  t.group.fails_at_vote = -1;
  t.session.run(t.step);
  CHECK(t.group.facts.version == 3);
}

TEST_CASE("ranks that agree keep what they have") {
  Bench t;
  t.group.fails_at_vote = 1;
  CHECK_THROWS_AS(t.session.run(t.step), RunError);
  t.session.rejoin(t.group);
  CHECK(t.value() == 0);
  t.group.fails_at_vote = -1;
  t.session.run(t.step);
  CHECK(t.group.facts.version == 0);
  CHECK(t.value() == 1);
}

TEST_CASE("ranks whose graphs have other variables cannot rejoin") {
  Bench t;
  t.group.others_say.assign(24, std::byte{1});
  try {
    t.session.rejoin(t.group);
    FAIL("it rejoined");
  } catch (const RunError& error) {
    CHECK(error.code() == ErrorCode::ranks_differ);
  }
}

}  // namespace deft
