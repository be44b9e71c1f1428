#include <optional>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

#include "support/plans/step_text.hpp"

namespace deft {
namespace {

const Optimizations simplify_only = only([](Optimizations& o) { o.simplify = true; });

struct Bench {
  Graph graph;
  Output a = placeholder(graph, DType::f32, {3, 4});
  Output b = placeholder(graph, DType::f32, {3, 4});
  Feeds feeds{{a, Tensor::zeros(DType::f32, {3, 4})}, {b, Tensor::zeros(DType::f32, {3, 4})}};

  Step before(const Output& fetch) const {
    return step_of(graph, {fetch}, Optimizations::none(), feeds);
  }
  Step after(const Output& fetch) const { return step_of(graph, {fetch}, simplify_only, feeds); }
};

TEST_CASE("a transposed operand of a product becomes a flag") {
  const Bench t;
  const Output product = matmul(transpose(t.a), t.b);
  CHECK(t.before(product) == Step{"transpose", "matmul"});
  CHECK(t.after(product) == Step{"matmul"});
  const Output twice = matmul(transpose(t.a), transpose(t.b), {.transpose_a = true});
  CHECK(t.before(twice) == Step{"transpose", "transpose", "matmul"});
  CHECK(t.after(twice) == Step{"matmul"});
}

TEST_CASE("only the last two dimensions of a stack of matrices become a flag") {
  const Graph graph;
  const Output a = placeholder(graph, DType::f32, {2, 3, 4});
  const Feeds feeds{{a, Tensor::zeros(DType::f32, {2, 3, 4})}};
  const auto step = [&](const Axes& permutation) {
    const Output moved = transpose(a, permutation);
    return step_of(graph, {matmul(moved, moved, {.transpose_b = true})}, simplify_only, feeds);
  };
  CHECK(step({0, 2, 1}) == Step{"matmul"});
  CHECK(step({1, 0, 2}) == Step{"transpose", "matmul"});
}

TEST_CASE("a transpose of a transpose is one or none") {
  const Bench t;
  const Output back = exp(transpose(transpose(t.a)));
  CHECK(t.before(back) == Step{"transpose", "transpose", "exp"});
  CHECK(t.after(back) == Step{"exp"});
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3, 4});
  const Feeds feeds{{x, Tensor::zeros(DType::f32, {2, 3, 4})}};
  const Output turned = transpose(transpose(x, {1, 2, 0}), {1, 2, 0});
  CHECK(step_of(graph, {turned}, simplify_only, feeds) == Step{"transpose"});
}

TEST_CASE("arithmetic that changes nothing is not done") {
  const Bench t;
  for (const Output& same : {t.a * 1, 1 * t.a, t.a / 1, t.a - 0, t.a + -0.0, neg(neg(t.a)),
                             identity(t.a), broadcast_to(t.a, {3, 4}), cast(t.a, DType::f32)})
    CHECK(t.after(exp(same)) == Step{"exp"});
}

/// Gradients have such nodes for dimensions that may have been repeated, for all that a graph
/// knows.
TEST_CASE("what leaves the shape of a run as it is is not done") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, Shape::unknown});
  const Output y = placeholder(graph, DType::f32, {Shape::unknown, 1});
  Optimizations and_fuse = simplify_only;  // what only renames stands between two operations
  and_fuse.fuse = true;
  const Output many = exp(x);
  const Output column = exp(y);
  const Feeds feeds{{x, Tensor::zeros(DType::f32, {7, 1})}, {y, Tensor::zeros(DType::f32, {7, 1})}};
  for (const Output& same :
       {sum_like(many, y), broadcast_like(column, x), reshape_like(column, x),
        reshape(many, {Shape::unknown, 1}), reduce_sum(many, {.axes = {1}, .keep_dims = true}),
        reduce_max(column, {.axes = {1}, .keep_dims = true})})
    CHECK(step_of(graph, {exp(same)}, and_fuse, feeds) == Step{"fused(exp, exp)"});
  const Feeds others{{x, Tensor::zeros(DType::f32, {7, 3})},
                     {y, Tensor::zeros(DType::f32, {7, 1})}};
  CHECK(step_of(graph, {sum_like(many, y)}, and_fuse, others) == Step{"fused(exp, sum_like)"});
}

TEST_CASE("arithmetic that may change a bit is done") {
  const Bench t;
  CHECK(t.after(t.a + 0) == Step{"add"});  // -0 + 0 is 0
  CHECK(t.after(t.a * 0) == Step{"mul"});  // NaN * 0 is NaN
  CHECK(t.after(t.a - t.a) == Step{"sub"});
  CHECK(t.after(t.a / t.a) == Step{"div"});
}

/// f32[] -> f32[]: a user's op with a rule for `simplify`.
constexpr OpDef with_rule(OpDef::Simplify rule) {
  return {.name = "with_rule",
          .arity = {1, 1},
          .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
          .kernel = [](const KernelContext&) { return make_kernel([](const KernelArgs&) {}, 1); },
          .simplify = rule};
}

constexpr OpDef throws = with_rule([](const SimplifyContext&) -> std::optional<Rewrite> {
  throw std::runtime_error("no such attribute");
});
constexpr OpDef gives_nothing =
    with_rule([](const SimplifyContext&) { return std::optional(Rewrite{}); });
constexpr OpDef gives_too_much = with_rule([](const SimplifyContext& c) {
  return std::optional(Rewrite{c.self.op, {}, std::vector<TensorId>(1000, c.self.inputs[0])});
});
constexpr OpDef gives_unknown =
    with_rule([](const SimplifyContext&) { return std::optional(Rewrite{.inputs = {1'000'000}}); });
constexpr OpDef gives_other_shape = with_rule([](const SimplifyContext& c) {
  return std::optional(Rewrite{.inputs = {c.input(0).inputs[0]}});
});

TEST_CASE("a faulty rule is an error that names its node") {
  for (const OpDef* op :
       {&throws, &gives_nothing, &gives_too_much, &gives_unknown, &gives_other_shape}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f32, {5});
    const Output y = add_node(*op, {reduce_sum(x)}, {}, {.name = "y"});
    Session session(graph);
    const Feeds feeds{{x, Tensor::zeros(DType::f32, {5})}};
    const auto error = caught<RunError>([&] { session.run(y, feeds); });
    CHECK(error.info().node == "y");
    CHECK(std::string(error.what()).find("the simplification ") != std::string::npos);
  }
}

}  // namespace
}  // namespace deft
