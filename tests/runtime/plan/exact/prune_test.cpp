#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {4}, {.name = "x"});
  Feeds feeds{{x, Tensor::zeros(DType::f32, {4})}};

  Lines before(const std::vector<Output>& fetches) const {
    return Drafting(graph, fetches, feeds).through({collect}).text();
  }
  Lines after(const std::vector<Output>& fetches) const {
    return Drafting(graph, fetches, feeds).through({collect, prune}).text();
  }
};

TEST_CASE("what only the shape is asked of is not computed, nor what it is made of") {
  const Bench t;
  const Output product = mul(exp(t.x, {.name = "e"}), t.x, {.name = "product"});
  const Output like = ones_like(product, {.name = "like"});
  CHECK(t.before({like}) == Lines{"x = placeholder()", "e = exp(x)", "product = mul(e, x)",
                                  "like = ones_like(shape of product)"});
  CHECK(t.after({like}) == Lines{"like = ones_like(shape of product)"});
}

TEST_CASE("a value that one reader needs and another does not is computed") {
  const Bench t;
  const Output e = exp(t.x, {.name = "e"});
  const Output sum = add(ones_like(e, {.name = "like"}), e, {.name = "sum"});
  const Lines all{"x = placeholder()", "e = exp(x)", "like = ones_like(shape of e)",
                  "sum = add(like, e)"};
  CHECK(t.before({sum}) == all);
  CHECK(t.after({sum}) == all);
}

TEST_CASE("a fetch of the gradient does not compute the loss") {
  const Bench t;
  const Output w = variable(zeros(t.graph, DType::f32, {4}), {.name = "w"});
  const Output error = sub(w, t.x, {.name = "error"});
  const Output loss = reduce_mean(square(error, {.name = "squares"}), {.name = "loss"});
  const Output gradient = gradients(loss, {w}).at(0);
  CHECK(t.before({gradient}) ==
        Lines{"x = placeholder()", "w = variable()", "error = sub(w, x)", "squares = square(error)",
              "loss = reduce_mean(squares)", "gradients/ones_like = ones_like(shape of loss)",
              "gradients/size = size(shape of squares)", "gradients/cast = cast(gradients/size)",
              "gradients/div = div(gradients/ones_like, gradients/cast)",
              "gradients/broadcast_like = broadcast_like(gradients/div, shape of squares)",
              "gradients/constant = constant()",
              "gradients/mul = mul(gradients/broadcast_like, gradients/constant)",
              "gradients/mul_1 = mul(gradients/mul, error)"});
  CHECK(t.after({gradient}) ==
        Lines{"x = placeholder()", "w = variable()", "error = sub(w, x)",
              "gradients/ones_like = ones_like(shape of loss)",
              "gradients/size = size(shape of squares)", "gradients/cast = cast(gradients/size)",
              "gradients/div = div(gradients/ones_like, gradients/cast)",
              "gradients/broadcast_like = broadcast_like(gradients/div, shape of squares)",
              "gradients/constant = constant()",
              "gradients/mul = mul(gradients/broadcast_like, gradients/constant)",
              "gradients/mul_1 = mul(gradients/mul, error)"});
  CHECK(t.before({gradient, loss}) == t.after({gradient, loss}));
}

TEST_CASE("what is fetched or waited for by control is computed, though a reader wants its shape") {
  const Bench t;
  const Output e = exp(t.x, {.name = "e"});
  const Output like = ones_like(e, {.name = "like"});
  const Lines fetched{"x = placeholder()", "e = exp(x)", "like = ones_like(shape of e)"};
  CHECK(t.after({like}) == Lines{"like = ones_like(shape of e)"});
  CHECK(t.after({like, e}) == fetched);
  t.graph.add_control_dependency(e, like);
  CHECK(t.after({like}) ==
        Lines{"x = placeholder()", "e = exp(x)", "like = ones_like(shape of e) after e"});
}

TEST_CASE("a placeholder whose shape is all that matters need not be fed") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {4}, {.name = "x"});
  const Output like = ones_like(x, {.name = "like"});
  CHECK(Drafting(graph, {like}).through({collect, prune}).text() ==
        Lines{"like = ones_like(shape of x)"});
  CHECK(caught<RunError>([&] {
          Drafting(graph, {like * x}).through({collect, prune});
        }).code() == ErrorCode::not_fed);
}

}  // namespace
}  // namespace deft
