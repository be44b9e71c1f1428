// What every pass does with operations of several outputs: with a user's own, and with moments.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "plan/emit/emission.hpp"
#include "support/ops/two_output_ops.hpp"
#include "support/plans/optimized.hpp"
#include "support/plans/plan_text.hpp"
#include "support/plans/reassociated.hpp"
#include "support/plans/step_text.hpp"

namespace deft {
namespace {

const Optimizations fold_only = only([](Optimizations& o) { o.fold_constants = true; });
const Optimizations merge_only = only([](Optimizations& o) { o.merge_duplicates = true; });
const Optimizations simplify_only = only([](Optimizations& o) { o.simplify = true; });
const Optimizations fuse_only = only([](Optimizations& o) { o.fuse = true; });

struct Bench {
  Graph graph;
  Tensor value = Tensor::from<float>({2, 3}, {1, -2, 3, -4, 5, -6});
  Output x = placeholder(graph, DType::f32, {2, 3}, {.name = "x"});
  Output c = constant(graph, value);
  Feeds feeds{{x, value}};

  Step step(const std::vector<Output>& fetches, const Optimizations& optimizations) const {
    return step_of(graph, fetches, optimizations, feeds);
  }
  std::vector<Tensor> run(const std::vector<Output>& fetches,
                          const Optimizations& optimizations) const {
    Session session(graph, {.threads = 1, .optimizations = optimizations});
    return session.run(fetches, feeds);
  }
  /// The fetches have the same bytes with `optimizations` as with none.
  void check_same(const std::vector<Output>& fetches, const Optimizations& optimizations) const {
    CHECK(run(fetches, optimizations) == run(fetches, Optimizations::none()));
  }
};

TEST_CASE("each output is fetched for itself, and both") {
  const Bench t;
  const Outputs sides = add_node(user::sides, {t.x}, {}, {});
  Session session(t.graph);
  const Tensor above = Tensor::from<float>({2, 3}, {1, 0, 3, 0, 5, 0});
  const Tensor below = Tensor::from<float>({2, 3}, {0, -2, 0, -4, 0, -6});
  CHECK(session.run(sides[0], t.feeds) == above);
  CHECK(session.run(sides[1], t.feeds) == below);
  CHECK(session.run(sides.all(), t.feeds) == std::vector<Tensor>{above, below});
}

TEST_CASE("errors name the output") {
  const Bench t;
  const Outputs sides = add_node(user::sides, {t.x}, {}, {.name = "sides"});
  Session session(t.graph);
  const auto fed = caught<RunError>([&] { session.run(t.x, {{sides[1], t.value}}); });
  CHECK(fed.info().message.find("'sides:1'") != std::string::npos);
  const Graph other;
  Session elsewhere(other);
  const auto fetched = caught<RunError>([&] { elsewhere.run(sides[1]); });
  CHECK(fetched.info().message.find("'sides:1'") != std::string::npos);
}

TEST_CASE("outputs that constants decide are computed with the plan") {
  const Bench t;
  const Outputs sides = add_node(user::sides, {t.c}, {}, {});
  const Moments m = moments(t.c, {.axes = {0}});
  const std::vector<Output> fetches{sides[1], exp(sides[0] + sides[1]), m.mean, m.variance + 1};
  CHECK(t.step(fetches, fold_only).empty());
  t.check_same(fetches, fold_only);
  t.check_same(fetches, {});
}

TEST_CASE("what reads outputs of a single known element is computed with the plan") {
  const Bench t;
  const Output one = constant(t.graph, Tensor::from<float>({1}, std::vector{-3.0F}));
  const Outputs sides = add_node(user::sides, {one}, {}, {});
  const std::vector<Output> fetches{exp(sides[0]), exp(exp(sides[1])), sides[0] + sides[1]};
  CHECK(t.step(fetches, fold_only).empty());
  t.check_same(fetches, fold_only);
}

TEST_CASE("outputs of which one element is known are not written out") {
  const Bench t;
  const Outputs sides = add_node(user::sides, {ones_like(t.x) * -3}, {}, {});
  const std::vector<Output> fetches{t.x * sides[1], t.x + sides[0]};
  CHECK(t.step(fetches, fold_only) == Step{"mul", "add"});
  t.check_same(fetches, fold_only);
  const std::vector<Output> whole{sides[1]};  // which is much larger than the constant
  t.check_same(whole, fold_only);
}

TEST_CASE("what is written twice is computed once, whichever output is read") {
  const Bench t;
  const auto second = [&] { return exp(add_node(user::sides, {t.x}, {}, {})[1]); };
  const auto variance = [&] { return sqrt(moments(t.x, {.axes = {1}}).variance); };
  const std::vector<Output> fetches{second(), second(), variance(), variance()};
  CHECK(t.step(fetches, merge_only) == Step{"sides", "exp", "moments", "sqrt"});
  t.check_same(fetches, merge_only);
  const Outputs sides = add_node(user::sides, {t.x}, {}, {});
  CHECK(t.step({exp(sides[0]), exp(sides[1])}, merge_only) == Step{"sides", "exp", "exp"});
}

TEST_CASE("a rule may replace every output by another tensor") {
  const Bench t;
  const Outputs both = add_node(user::both, {exp(t.x), neg(t.x)}, {}, {});
  const std::vector<Output> fetches{tanh(both[0]), tanh(both[1])};
  CHECK(t.step(fetches, simplify_only) == Step{"exp", "neg", "tanh", "tanh"});
  t.check_same(fetches, simplify_only);
}

constexpr OpDef swaps = [] {
  OpDef op = user::both;
  op.name = "swaps";
  op.simplify = [](const SimplifyContext& c) -> std::optional<Rewrite> {
    return Rewrite{.inputs = {c.self.inputs[1], c.self.inputs[0]}};
  };
  return op;
}();

TEST_CASE("a rule that replaces an output by a tensor of another shape is refused") {
  const Bench t;
  const Outputs swapped = add_node(swaps, {t.x, reduce_sum(t.x)}, {}, {});
  const auto error = caught<RunError>([&] { t.run({swapped[0]}, simplify_only); });
  CHECK(error.info().message.find("for output 0, which is f32[2, 3]") != std::string::npos);
}

TEST_CASE("identities look at the output that they are given") {
  const Bench t;
  const Outputs made = add_node(user::sum_and_twice, {t.x}, {}, {});
  const std::vector<Output> fetches{
      exp(made[1] * 1), exp(broadcast_to(made[0], {2, 3})), exp(identity(made[1])),
      matmul(transpose(t.x), made[1]),  // a rule that looks at the rank of its operand
  };
  CHECK(t.step(fetches, simplify_only) ==
        Step{"sum_and_twice", "exp", "broadcast_to", "exp", "exp", "matmul"});
  t.check_same(fetches, simplify_only);
}

TEST_CASE("a group takes what another output brings, and hands rows to an op with two") {
  const Bench t;
  const Outputs sides = add_node(user::sides, {exp(t.x * 2)}, {}, {});
  const std::vector<Output> fetches{tanh(sides[1] + 1) - sides[0]};
  CHECK(t.step(fetches, fuse_only) == Step{"fused(mul, exp)", "sides", "fused(add, tanh, sub)"});
  t.check_same(fetches, fuse_only);
}

TEST_CASE("what lasts is hoisted with all of its outputs") {
  const Bench t;
  const Output w = variable(zeros(t.graph, DType::f32, {2, 3}));
  const Outputs fed = add_node(user::sides, {t.x}, {}, {});
  const Outputs known = add_node(user::sides, {t.c}, {}, {});
  const Moments m = moments(t.x, {.axes = {0}});
  const Output step = assign_add(w, fed[0] * fed[1] + known[1] - known[0] + m.mean + m.variance);
  const std::vector<Output> fetches{step, known[1], fed[1]};
  const auto run = [&](const SessionOptions& options, Explanation* explanation) {
    Session session(t.graph, options);
    session.run(global_variables_initializer(t.graph));
    if (explanation != nullptr) *explanation = session.explain(fetches, t.feeds);
    session.run(fetches, t.feeds, {.steps = 3});
    return session.run(fetches, t.feeds);
  };
  Explanation found;
  const std::vector<Tensor> values = run(reassociating(), &found);
  for (const Explanation::Operation& operation : found.operations) {
    CHECK(operation.op != "sides");
    CHECK(operation.op != "moments");
  }
  CHECK(values == run({.optimizations = Optimizations::none()}, nullptr));
}

TEST_CASE("a variable takes over another output without a copy") {
  const Bench t;
  const Output w = variable(ones(t.graph, DType::f32, {2, 3}), {.name = "w"});
  const Outputs sides = add_node(user::sides, {w - 2}, {}, {});
  const Output step = assign(w, sides[1]);
  CHECK(t.step({step}, Optimizations::none()) == Step{"sub", "sides"});
  Session session(t.graph);
  session.run(global_variables_initializer(t.graph));
  session.run(step, {.steps = 2});
  CHECK(session.run(w) == Tensor::from<float>({2, 3}, {-3, -3, -3, -3, -3, -3}));
}

/// The instructions of a plan with the places of their values.
Lines placed(const Bench& t, const std::vector<Output>& fetches) {
  Plan plan;
  plan.graph = t.graph;
  Drafting drafting(t.graph, fetches, t.feeds);
  Draft& draft = drafting.begin().draft();
  Emission emission;
  emit(draft, emission, plan);
  schedule(draft, emission, plan);
  plan_memory(draft, emission, plan);
  return text_of(plan);
}

TEST_CASE("any output of as many bytes may overwrite an input, and only one of them") {
  const Bench t;
  const Output e = exp(t.x);
  const Outputs twice = add_node(user::sum_and_twice, {e}, {}, {});
  CHECK(placed(t, {reduce_sum(twice[1])}) == Lines{"arena 64 = exp(feed 0)",
                                                   "arena 0, arena 64 = sum_and_twice(arena 64)",
                                                   "result 0 = reduce_sum(arena 64)"});
  const Outputs sides = add_node(user::sides, {e}, {}, {});
  CHECK(placed(t, {reduce_sum(sides[0] * sides[1])}) ==
        Lines{"arena 0 = exp(feed 0)", "arena 0, arena 64 = sides(arena 0)",
              "arena 0 = mul(arena 0, arena 64)", "result 0 = reduce_sum(arena 0)"});
}

TEST_CASE("a kernel may rename all of its inputs") {
  const Bench t;
  const Outputs both = add_node(user::both, {exp(t.x), t.x}, {}, {});
  CHECK(t.step({tanh(both[1]), both[0]}, Optimizations::none()) == Step{"exp", "tanh"});
  const Outputs two = add_node(user::both, {exp(t.x), neg(t.x)}, {}, {});
  CHECK(t.run(two.all(), Optimizations::none()) == t.run({exp(t.x), neg(t.x)}, {}));
}

TEST_CASE("gradients go through either output and through both") {
  const Bench t;
  const Outputs sides = add_node(user::sides, {t.x}, {}, {});
  Session session(t.graph);
  const auto gradient = [&](const Output& y) {
    return session.run(gradients(reduce_sum(y), {t.x}).at(0), t.feeds);
  };
  CHECK(gradient(sides[0]) == Tensor::from<float>({2, 3}, {1, 0, 1, 0, 1, 0}));
  CHECK(gradient(2 * sides[1]) == Tensor::from<float>({2, 3}, {0, 2, 0, 2, 0, 2}));
  CHECK(gradient(3 * sides[0] + sides[1]) == Tensor::from<float>({2, 3}, {3, 1, 3, 1, 3, 1}));
}

TEST_CASE("no pass, schedule or number of threads changes a bit of an op with two outputs") {
  OptimizedCase c;
  const Output w = variable(constant(c.graph, data<float>({300, 40}, 1, false)));
  c.start = {global_variables_initializer(c.graph)};
  const Outputs sides = add_node(user::sides, {w}, {}, {});
  const Outputs again = add_node(user::sides, {w}, {}, {});
  const Outputs twice = add_node(user::sum_and_twice, {exp(sides[1])}, {}, {});
  const Moments rows = moments(w, {.axes = {1}, .keep_dims = true});
  const Moments columns = moments(w * sides[0], {.axes = {0}});
  const Output normal = (w - rows.mean) * rsqrt(rows.variance + 1e-5);
  c.step = assign(w, 0.5 * normal + 0.1 * again[1] - 0.01 * columns.variance + columns.mean);
  c.fetches = {sides[1],
               again[0],
               twice[0],
               twice[1] + 1,
               rows.variance,
               normal,
               w,
               columns.mean,
               gradients(reduce_sum(square(normal)), {w}).at(0)};
  check_all_choices(c);
}

}  // namespace
}  // namespace deft
