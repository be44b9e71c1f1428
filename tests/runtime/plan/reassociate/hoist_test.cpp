#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/reassociated.hpp"

namespace deft {
namespace {

/// w is written in every step; x is fed, u is a variable that stays, c a constant.
struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {20, 20});
  Output u = variable(ones(graph, DType::f32, {20, 20}));
  Output c = constant(graph, Tensor::zeros(DType::f32, {20, 20}));
  Output w = variable(zeros(graph, DType::f32, {20, 20}));
  Feeds feeds{{x, Tensor::zeros(DType::f32, {20, 20})}};

  Explanation explain(const Output& added, Numerics numerics = Numerics::reassociate) const {
    return explained(graph, assign_add(w, added), reassociating(numerics), feeds);
  }
  Step step(const Output& added) const { return text_of(explain(added).operations); }
  Step once(const Output& added) const { return text_of(explain(added).once); }
};

TEST_CASE("what feeds and unwritten variables decide is computed once") {
  const Bench t;
  for (const Output& product : {matmul(t.x, t.x), matmul(t.u, t.u), matmul(t.x, t.u)}) {
    CHECK(t.step(product) == Step{"assign_add"});
    CHECK(t.once(product) == Step{"matmul"});
  }
  const Output mixed = matmul(t.x, t.x) + t.w;
  CHECK(t.step(mixed) == Step{"add", "assign_add"});
  CHECK(t.once(mixed) == Step{"matmul"});
}

TEST_CASE("what is fetched is computed once, though another value has taken its place") {
  const Bench t;
  const auto explain = [&](const Output& matrix) {
    const Output step = assign_add(t.w, exp(matmul(matrix, matrix)));
    Session session(t.graph, reassociating());
    return session.explain({step, matmul(matrix, matrix)}, t.feeds);
  };
  CHECK(text_of(explain(t.x).operations) == Step{"assign_add"});
  CHECK(text_of(explain(t.x).once) == Step{"matmul", "exp"});
  CHECK(text_of(explain(t.c).operations) == Step{"assign_add"});
}

TEST_CASE("what constants alone decide is computed with the plan") {
  const Bench t;
  const Output product = exp(matmul(t.c, t.c));
  CHECK(t.step(product) == Step{"assign_add"});
  CHECK(t.once(product).empty());
}

TEST_CASE("nothing is hoisted without the option") {
  const Bench t;
  const Explanation exact = t.explain(matmul(t.x, t.x), Numerics::exact);
  CHECK(text_of(exact.operations) == Step{"matmul", "assign_add"});
  CHECK(exact.once.empty());
}

TEST_CASE("what a written variable decides is computed in every step") {
  const Bench t;
  CHECK(t.step(matmul(t.x, t.w)) == Step{"matmul", "assign_add"});
  const Output read = matmul(t.u, t.u);
  const Output both = group({assign_add(t.w, read), assign_add(t.u, t.w)});
  CHECK(step_with(t.graph, both, reassociating()) ==
        Step{"matmul", "assign_add", "assign_add", "no_op"});
}

TEST_CASE("cheap arithmetic that makes a larger tensor stays in the step") {
  const Graph graph;
  const Output row = placeholder(graph, DType::f32, {1, 100});
  const Output column = placeholder(graph, DType::f32, {100, 1});
  const Output w = variable(zeros(graph, DType::f32, {100, 100}));
  const Feeds feeds{{row, Tensor::zeros(DType::f32, {1, 100})},
                    {column, Tensor::zeros(DType::f32, {100, 1})}};
  const auto step = [&](const Output& added) {
    return step_with(graph, assign_add(w, added), reassociating(), feeds);
  };
  CHECK(step(row * column) == Step{"mul", "assign_add"});
  CHECK(step(exp(row * column)) == Step{"assign_add"});
  const Output narrow = variable(zeros(graph, DType::f32, {1, 100}));
  CHECK(step_with(graph, assign_add(narrow, row * 2), reassociating(), feeds) ==
        Step{"assign_add"});
}

TEST_CASE("where no step differs from another there is nothing to hoist") {
  const Bench t;
  const Explanation explanation = explained(t.graph, matmul(t.x, t.x), reassociating(), t.feeds);
  CHECK(text_of(explanation.operations) == Step{"matmul"});
  CHECK(explanation.once.empty());
}

TEST_CASE("an operation with an effect is done in every step") {
  const Bench t;
  const Output product = matmul(t.x, t.x);
  const Output other = no_op(t.graph);
  t.graph.add_control_dependency(product, other);
  const Output both = group({assign_add(t.w, product), other});
  CHECK(explained(t.graph, both, reassociating(), t.feeds).once.empty());
}

TEST_CASE("the explanation lists what is computed once") {
  const Bench t;
  const std::string text = to_string(t.explain(matmul(t.x, t.x)));
  CHECK(text.find("Computed once, before the steps of a run, 1 operation") != std::string::npos);
}

}  // namespace
}  // namespace deft
