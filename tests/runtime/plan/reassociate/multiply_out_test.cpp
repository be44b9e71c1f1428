#include <algorithm>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/reassociated.hpp"

namespace deft {
namespace {

/// Least squares of 100 equations, X w = d, by gradient descent; X and d are fed.
struct Bench {
  explicit Bench(DType dtype = DType::f32)
      : X(placeholder(graph, dtype, {100, 3})),
        d(placeholder(graph, dtype, {100, 1})),
        w(variable(zeros(graph, dtype, {3, 1}))),
        e(matmul(X, w) - d),
        loss(reduce_mean(square(e))),
        gradient(gradients(loss, {w}).at(0)),
        feeds{{X, Tensor::zeros(dtype, {100, 3})}, {d, Tensor::zeros(dtype, {100, 1})}} {}

  /// What a step of w = `next` computes.
  Step before(const Output& next) const { return step(next, reassociating(Numerics::exact)); }
  Step after(const Output& next, Numerics numerics = Numerics::reassociate) const {
    return step(next, reassociating(numerics));
  }
  Explanation explain(const Output& next, Numerics numerics = Numerics::reassociate) const {
    return explained(graph, assign(w, next), reassociating(numerics), feeds);
  }
  Step step(const Output& next, const SessionOptions& options) const {
    return step_with(graph, assign(w, next), options, feeds);
  }

  Graph graph;
  Output X;
  Output d;
  Output w;
  Output e;
  Output loss;
  Output gradient;
  Feeds feeds;
};

const Step affine{"cast", "matmul", "add", "cast"};  // f32(M f64(w) + b)

TEST_CASE("a step of gradient descent becomes an affine map in f64") {
  const Bench t;
  const Output next = t.w - 0.1 * t.gradient;
  CHECK(t.before(next) == Step{"matmul", "sub", "mul", "matmul", "mul", "sub"});
  CHECK(t.after(next) == affine);
}

TEST_CASE("so does the gradient alone") {
  const Bench t;
  CHECK(t.before(t.gradient) == Step{"matmul", "sub", "mul", "matmul"});
  CHECK(t.after(t.gradient) == affine);
  CHECK(t.after(neg(t.gradient) / 3) == affine);
}

TEST_CASE("where the variation stands on the left or between, the matrices are applied there") {
  const Graph graph;
  const Output A = placeholder(graph, DType::f32, {50, 3});
  const Output B = placeholder(graph, DType::f32, {60, 2});
  const Output v = variable(zeros(graph, DType::f32, {3, 2}));
  const Feeds feeds{{A, Tensor::zeros(DType::f32, {50, 3})},
                    {B, Tensor::zeros(DType::f32, {60, 2})}};
  const Output right = matmul(matmul(v, B, {.transpose_b = true}), B);
  const Output Av = matmul(A, v);
  const Output ABv = matmul(Av, B, {.transpose_b = true});
  const Output between = matmul(matmul(A, ABv, {.transpose_a = true}), B);
  const auto step = [&](const Output& next) {
    return step_with(graph, assign(v, next), reassociating(), feeds);
  };
  CHECK(step(right) == Step{"cast", "matmul", "cast"});
  CHECK(step(between) == Step{"cast", "matmul", "matmul", "cast"});
  const Output turned = matmul(Av, A, {.transpose_a = true});  // (A^T A v)^T = v^T A^T A
  CHECK(step_with(graph, assign_sub(v, transpose(turned)), reassociating(), feeds) ==
        Step{"cast", "matmul", "cast", "transpose", "assign_sub"});
}

TEST_CASE("nothing is multiplied out without the option") {
  const Bench t;
  CHECK(t.explain(t.gradient, Numerics::exact).rewrites.empty());
  CHECK(t.before(t.gradient) ==
        step_of(t.graph, {assign(t.w, t.gradient)}, reassociating().optimizations, t.feeds));
}

TEST_CASE("what is not affine stays as it is") {
  const Bench t;
  const Output bent = matmul(t.X, tanh(matmul(t.X, t.w)), {.transpose_a = true});
  CHECK(t.after(bent) == t.before(bent));
  const Output squared = matmul(t.X, t.e * t.e, {.transpose_a = true});
  CHECK(t.after(squared) == t.before(squared));
}

TEST_CASE("a matrix that a step writes does not last") {
  const Graph graph;
  const Output X = variable(zeros(graph, DType::f32, {100, 3}));
  const Output w = variable(zeros(graph, DType::f32, {3, 1}));
  const Output product = matmul(X, matmul(X, w), {.transpose_a = true});
  const Output assigned = assign(w, product);
  CHECK(step_with(graph, assigned, reassociating()) == Step{"cast", "matmul", "cast"});
  const Output both = group({assigned, assign_add(X, X)});
  CHECK(step_with(graph, both, reassociating()) == Step{"matmul", "matmul", "assign_add", "no_op"});
}

TEST_CASE("the error stays where something else needs it") {
  const Bench t;
  const Output both = group({assign(t.w, t.gradient), assign(variable(t.loss), t.loss)});
  const Explanation explanation = explained(t.graph, both, reassociating(), t.feeds);
  REQUIRE(explanation.rewrites.size() == 1);
  CHECK(explanation.rewrites[0].refused.empty());
  Step step = text_of(explanation.operations);
  CHECK(std::ranges::count(step, "matmul") == 2);  // X w, and G w in place of X^T e
}

TEST_CASE("a wide matrix is not multiplied out where that saves nothing") {
  const Graph graph;
  const Output X = placeholder(graph, DType::f32, {2, 50});
  const Output w = variable(zeros(graph, DType::f32, {50, 1}));
  const Output product = assign(w, matmul(X, matmul(X, w), {.transpose_a = true}));
  const Feeds feeds{{X, Tensor::zeros(DType::f32, {2, 50})}};
  const Explanation explanation = explained(graph, product, reassociating(), feeds);
  CHECK(text_of(explanation.operations) == Step{"matmul", "matmul"});
  REQUIRE(explanation.rewrites.size() == 1);
  CHECK(explanation.rewrites[0].refused == "it would save no arithmetic in a step");
  CHECK(explanation.rewrites[0].flops_before == 400);
}

TEST_CASE("f64 data are refused unless asked for by name") {
  const Bench t(DType::f64);
  const Explanation refused = t.explain(t.gradient);
  CHECK(text_of(refused.operations) == t.before(t.gradient));
  REQUIRE(refused.rewrites.size() == 1);
  CHECK(refused.rewrites[0].refused.find("Numerics::reassociate_f64") != std::string::npos);
  const Explanation done = t.explain(t.gradient, Numerics::reassociate_f64);
  CHECK(text_of(done.operations) == Step{"matmul", "add"});
  REQUIRE(done.rewrites.size() == 1);
  CHECK(done.rewrites[0].refused.empty());
  CHECK(done.rewrites[0].rounding == 0);
}

TEST_CASE("what waits by control dependencies stays as it is") {
  const Bench t;
  const Output product = matmul(t.X, t.e, {.transpose_a = true});
  const Output other = no_op(t.graph);
  t.graph.add_control_dependency(other, product);
  const Explanation explanation = t.explain(product);
  CHECK(explanation.rewrites.empty());
}

TEST_CASE("a rewrite is listed with its node, line, flops and error bound") {
  const Bench t;
  const Output next = sub(t.w, 0.1 * t.gradient, {.name = "next"});
  const Explanation explanation = t.explain(next);
  REQUIRE(explanation.rewrites.size() == 1);
  const Explanation::Rewrite& rewrite = explanation.rewrites[0];
  CHECK(rewrite.what == "Gram form");
  CHECK(rewrite.op == "sub");
  CHECK(rewrite.node == "next");
  CHECK(rewrite.where.line == t.graph.node(next.node_id()).where.line);
  CHECK(rewrite.flops_before == 2 * 600 + 2 * 100 + 2 * 3);
  CHECK(rewrite.flops_after == 18 + 3);
  CHECK(rewrite.flops_once >= 2 * 100 * 3 * 4);
  CHECK(rewrite.error_bound > 100 * 0x1p-53);
  CHECK(rewrite.error_bound < 200 * 0x1p-53);
  CHECK(rewrite.rounding == 0x1p-24);
  const std::string text = to_string(explanation);
  CHECK(text.find("Gram form: sub 'next'") != std::string::npos);
  CHECK(text.find("flops of a step 1406 before, 21 after") != std::string::npos);
  CHECK(text.find("error at most") != std::string::npos);
}

}  // namespace
}  // namespace deft
