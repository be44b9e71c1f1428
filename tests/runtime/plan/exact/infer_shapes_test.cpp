#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

/// Every value of a draft with its spec: "x f32[?]", by the graph or by what the pass has found.
Lines specs_of(const Draft& draft) {
  Lines lines;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const Node& node = draft.node(at);
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      lines.push_back(node.name() + " " +
                      to_string(draft.specs.empty() ? node.outputs[i] : draft.outputs(at)[i]));
  }
  return lines;
}

struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {Shape::unknown, 3}, {.name = "x"});
  Output w = variable(zeros(graph, DType::f32, {3, 2}), {.name = "w"});
  Output product = matmul(x, w, {.name = "product"});
  Output sum = reduce_sum(product, {.axes = {1}, .name = "sum"});
};

TEST_CASE("the shapes of the feeds are carried through every rule") {
  const Bench t;
  for (const std::int64_t rows : {0, 5}) {
    const Feeds feeds{{t.x, Tensor::zeros(DType::f32, {rows, 3})}};
    Drafting drafting(t.graph, {t.sum}, feeds);
    drafting.through({collect, prune});
    CHECK(specs_of(drafting.draft()) ==
          Lines{"x f32[?, 3]", "w f32[3, 2]", "product f32[?, 2]", "sum f32[?]"});
    drafting.through({infer_shapes});
    const std::string n = std::to_string(rows);
    CHECK(specs_of(drafting.draft()) == Lines{"x f32[" + n + ", 3]", "w f32[3, 2]",
                                              "product f32[" + n + ", 2]", "sum f32[" + n + "]"});
  }
}

TEST_CASE("what is known since the graph was built is not inferred anew") {
  const Bench t;
  const Output y = exp(matmul(t.w, t.w, {.transpose_a = true, .name = "square"}), {.name = "y"});
  Drafting drafting(t.graph, {y});
  drafting.through({collect, prune});
  const Lines built{"w f32[3, 2]", "square f32[2, 2]", "y f32[2, 2]"};
  CHECK(specs_of(drafting.draft()) == built);
  drafting.through({infer_shapes});
  CHECK(specs_of(drafting.draft()) == built);
  CHECK(drafting.draft().inferred.empty());
}

}  // namespace
}  // namespace deft
