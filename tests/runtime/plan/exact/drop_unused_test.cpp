#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

/// A draft that `rewrite` has left, before and after what is superfluous has been dropped.
struct Dropping {
  Lines before;
  Lines after;

  Dropping(const Graph& graph, const std::vector<Output>& fetches, const Feeds& feeds,
           Drafting::Pass rewrite) {
    Drafting drafting(graph, fetches, feeds);
    before = drafting.begin().through({rewrite}).text();
    after = drafting.through({drop_unused}).text();
  }
};

struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {4}, {.name = "x"});
  Feeds feeds{{x, Tensor::zeros(DType::f32, {4})}};
  Output minus = neg(x, {.name = "minus"});
  Output plus = neg(minus, {.name = "plus"});
  Output y = exp(plus, {.name = "y"});
};

TEST_CASE("what an identity has made superfluous is dropped") {
  const Bench t;
  const Dropping dropping(t.graph, {t.y}, t.feeds, simplify);
  CHECK(dropping.before ==
        Lines{"x = placeholder()", "minus = neg(x)", "plus = neg(minus)", "y = exp(x)"});
  CHECK(dropping.after == Lines{"x = placeholder()", "y = exp(x)"});
}

TEST_CASE("what a known result was made of is dropped, its shape too") {
  const Bench t;
  const Output one = constant(t.graph, Tensor::scalar(1.0F), {.name = "one"});
  const Output e = exp(one, {.name = "e"});
  const Output count = size(t.y, {}, {.name = "count"});
  const Output product = mul(cast(count, DType::f32, {.name = "float"}), e, {.name = "product"});
  const Dropping dropping(t.graph, {product}, t.feeds, fold_constants);
  CHECK(dropping.before == Lines{"one = constant()", "e = constant()", "count = size(shape of y)",
                                 "float = constant()", "product = constant()"});
  CHECK(dropping.after == Lines{"product = constant()"});
}

TEST_CASE("of what is written twice the second is dropped") {
  const Bench t;
  const Output again =
      exp(neg(neg(t.x, {.name = "minus_too"}), {.name = "plus_too"}), {.name = "y_too"});
  const Output sum = add(t.y, again, {.name = "sum"});
  const Dropping dropping(t.graph, {sum}, t.feeds, merge_duplicates);
  CHECK(dropping.before == Lines{"x = placeholder()", "minus = neg(x)", "plus = neg(minus)",
                                 "y = exp(plus)", "minus_too = neg(x)", "plus_too = neg(minus)",
                                 "y_too = exp(plus)", "sum = add(y, y)"});
  CHECK(dropping.after == Lines{"x = placeholder()", "minus = neg(x)", "plus = neg(minus)",
                                "y = exp(plus)", "sum = add(y, y)"});
}

TEST_CASE("what is fetched or read elsewhere is kept") {
  const Bench t;
  const Dropping fetched(t.graph, {t.y, t.minus}, t.feeds, simplify);
  CHECK(fetched.after == Lines{"x = placeholder()", "minus = neg(x)", "y = exp(x)"});
  const Dropping replaced(t.graph, {t.plus}, t.feeds, simplify);
  CHECK(replaced.after == Lines{"x = placeholder()"});  // whose value is that of plus
  const Output both = mul(t.y, exp(t.minus, {.name = "inverse"}), {.name = "both"});
  const Dropping read(t.graph, {both}, t.feeds, simplify);
  CHECK(read.after == Lines{"x = placeholder()", "minus = neg(x)", "y = exp(x)",
                            "inverse = exp(minus)", "both = mul(y, inverse)"});
}

TEST_CASE("what only the shape is asked of stays dropped") {
  const Bench t;
  const Output like = ones_like(t.y, {.name = "like"});
  const Dropping dropping(t.graph, {like}, t.feeds, simplify);
  const Lines expected{"like = ones_like(shape of y)"};
  CHECK(dropping.before == expected);
  CHECK(dropping.after == expected);
}

TEST_CASE("what waits by control is kept, though another value has taken its place") {
  const Bench t;
  const Output w = variable(zeros(t.graph, DType::f32, {4}), {.name = "w"});
  t.graph.add_control_dependency(assign_add(w, t.x, {.name = "step"}), t.minus);
  const Dropping dropping(t.graph, {t.y}, t.feeds, simplify);
  CHECK(dropping.before == Lines{"x = placeholder()", "w = variable()", "step = assign_add(w, x)",
                                 "minus = neg(x) after step", "plus = neg(minus)", "y = exp(x)"});
  CHECK(dropping.after == Lines{"x = placeholder()", "w = variable()", "step = assign_add(w, x)",
                                "minus = neg(x) after step", "y = exp(x)"});
}

TEST_CASE("what is waited for by control is kept, though another value has taken its place") {
  const Bench t;
  const Output w = variable(zeros(t.graph, DType::f32, {4}), {.name = "w"});
  const Output step = assign_add(w, t.y, {.name = "step"});
  t.graph.add_control_dependency(t.minus, step);
  const Dropping dropping(t.graph, {step}, t.feeds, simplify);
  CHECK(dropping.before == Lines{"w = variable()", "x = placeholder()", "minus = neg(x)",
                                 "plus = neg(minus)", "y = exp(x)",
                                 "step = assign_add(w, y) after minus"});
  CHECK(dropping.after == Lines{"w = variable()", "x = placeholder()", "minus = neg(x)",
                                "y = exp(x)", "step = assign_add(w, y) after minus"});
}

TEST_CASE("a plan in which all is needed stays as it is") {
  const Bench t;
  const Output y = tanh(exp(t.x, {.name = "e"}), {.name = "y"});
  const Lines all{"x = placeholder()", "e = exp(x)", "y_1 = tanh(e)"};
  const Dropping dropping(t.graph, {y}, t.feeds, simplify);
  CHECK(dropping.before == all);
  CHECK(dropping.after == all);
}

}  // namespace
}  // namespace deft
