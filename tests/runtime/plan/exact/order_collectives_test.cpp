#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/fake_group.hpp"
#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

struct Bench {
  Graph graph;
  Output x = variable(zeros(graph, DType::f32, {2}), {.name = "x"});

  Lines after(const Output& fetch) const {
    Drafting drafting(graph, {fetch});
    drafting.through({collect, prune, order_collectives, infer_shapes});
    return drafting.text();
  }
};

TEST_CASE("what a group does together is done in the order in which it is written") {
  const Bench t;
  const Output a = together(t.x, 0, {.name = "a"});
  const Output b = together(t.x, 0, {.name = "b"});
  const Output unused = together(t.x, 0, {.name = "unused"});
  const Output c = together(a, 0, {.name = "c"});
  CHECK(t.after(add_n({b, c}, {.name = "sum"})) ==
        Lines{"x = variable()", "a = together(x)", "b = together(x) after a",
              "c = together(a) after b", "sum = add_n(b, c)"});
}

TEST_CASE("a plan without a group stays as it is") {
  const Bench t;
  CHECK(t.after(exp(t.x, {.name = "y"})) == Lines{"x = variable()", "y = exp(x)"});
}

TEST_CASE("two groups in one run are refused") {
  const Bench t;
  const Output a = together(t.x, 0, {.name = "a"});
  try {
    t.after(together(a, 1, {.name = "b"}));
    FAIL("it was planned");
  } catch (const RunError& error) {
    CHECK(error.code() == ErrorCode::invalid_argument);
    const std::string text = error.what();
    CHECK(text.find("'b'") != std::string::npos);
    CHECK(text.find("it is of another group than 'a'") != std::string::npos);
  }
}

}  // namespace
}  // namespace deft
