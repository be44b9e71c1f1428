#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/step_text.hpp"

namespace deft {
namespace {

const Optimizations merge_only = only([](Optimizations& o) { o.merge_duplicates = true; });

struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {4, 4});
  Feeds feeds{{x, Tensor::zeros(DType::f32, {4, 4})}};

  Step before(const std::vector<Output>& fetches) const {
    return step_of(graph, fetches, Optimizations::none(), feeds);
  }
  Step after(const std::vector<Output>& fetches) const {
    return step_of(graph, fetches, merge_only, feeds);
  }
};

TEST_CASE("what is written twice is computed once") {
  const Bench t;
  const std::vector<Output> twice{exp(t.x * 2), exp(t.x * 2)};
  CHECK(t.before(twice) == Step{"mul", "exp", "mul", "exp"});
  CHECK(t.after(twice) == Step{"mul", "exp"});
}

TEST_CASE("operations with other attributes are not the same") {
  const Bench t;
  CHECK(t.after({reduce_sum(t.x, {.axes = {0}}), reduce_sum(t.x, {.axes = {1}})}).size() == 2);
  CHECK(t.after({matmul(t.x, t.x), matmul(t.x, t.x, {.transpose_a = true})}).size() == 2);
  CHECK(t.after({t.x + 0.0, t.x + -0.0}).size() == 2);
}

TEST_CASE("both fetches have the value") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  Session session(graph);
  const auto values = session.run({x + 1, x + 1}, {{x, Tensor::from<float>({2}, {1, 2})}});
  CHECK(values[0] == Tensor::from<float>({2}, {2, 3}));
  CHECK(values[1] == values[0]);
}

int calls = 0;

constexpr OpDef counts{
    .name = "counts",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) { *args.output<float>() = static_cast<float>(++calls); },
              0);
        },
};

TEST_CASE("a stateful operation is computed as often as it is written, in every step") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  const Output a = add_node(counts, {x}, {}, {});
  const Output b = add_node(counts, {x}, {}, {});
  Session session(graph);
  calls = 0;
  session.run({a, b}, {.steps = 3});
  CHECK(calls == 6);
}

}  // namespace
}  // namespace deft
