// A user's element function, as ops/README.md has it: written once, with public headers alone, it
// is computed, fused, generated and differentiated like deft's own.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "fused/code/fused_code.hpp"
#include "support/plans/fused_groups.hpp"
#include "support/plans/plain_run.hpp"
#include "support/plans/step_text.hpp"

using namespace deft;

namespace {

Output squash(const Output& x, const NodeOptions& options = {});

/// x / (1 + |x|)
struct Squash {
  static constexpr ElementFacts facts{.name = "squash", .takes = floating_dtypes, .flops = 3};

  template <class A>
  static typename A::Number of(const A& a, typename A::Number x) {
    return a.div(x, a.add(a.number(1), a.abs(x)));
  }
};
constexpr ElementFunction squash_function = element_function<Squash>();

/// x [s] -> [s], floating
constexpr OpDef squash_op{
    .name = "squash",
    .arity = {1, 1},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      if (!is_floating(context.inputs[0].dtype))
        context.fail(ErrorCode::dtype_mismatch, "x is no floating tensor", "cast x");
      return {context.inputs[0]};
    },
    // dy [s]: dy / (1 + |x|)^2
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      return {context.grads[0] / square(1 + abs(context.inputs[0]))};
    },
    .kernel = map_kernel<squash_function>,
    .form = map_form<squash_function>,
};

Output squash(const Output& x, const NodeOptions& options) {
  return add_node(squash_op, {x}, {}, options);
}

/// x where the condition holds, else the lowest bit of y: of masks, integers and words.
struct Parity {
  static constexpr ElementFacts facts{.name = "parity", .takes = integer_dtypes};

  template <class A>
  static typename A::Number of(const A& a, typename A::Mask condition, typename A::Number x,
                               typename A::Number y) {
    return a.select(condition, x, a.from_bits(a.and_bits(a.bits(y), a.word(1))));
  }
};
constexpr ElementFunction parity_function = element_function<Parity>();

constexpr OpDef parity_op{
    .name = "parity",
    .arity = {3, 3},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      return {context.inputs[1]};
    },
    .kernel = map_kernel<parity_function>,
    .form = map_form<parity_function>,
};

template <class T>
T squash_of(T x) {
  return x / (T{1} + std::abs(x));
}

TEST_CASE_TEMPLATE("a user's element function has the values of its formula", T, float, double) {
  for (const std::int64_t n : {0, 1, 5, 1000, 100'003}) {
    const Graph graph;
    const Output x = variable(graph, sample<T>({n}, 3));
    Session session(graph);
    session.run(global_variables_initializer(graph));
    const Tensor values = session.run(squash(x * 2));
    const Tensor from = session.run(x * 2);
    bool same = true;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
      same = same && values.data<T>()[i] == squash_of(from.data<T>()[i]);
    CHECK(same);
  }
}

TEST_CASE("a user's element function is fused with its neighbours, with the same bits") {
  const Graph graph;
  const Output x = variable(graph, sample<float>({5000}, 3));
  const Output y = reduce_sum(squash(x * 3) + 1);
  Session session(graph, {.threads = 1});
  Session plain(graph, plainly());
  for (Session* each : {&session, &plain}) each->run(global_variables_initializer(graph));
  CHECK(text_of(session.explain(y).operations) == Step{"fused(mul, squash, add, reduce_sum)"});
  CHECK(session.run(y) == plain.run(y));
}

TEST_CASE("machine code can be made of a user's element function") {
  GroupBuilder group(1000);
  const auto x = group.input<float>({1000}, mixed_values<float>(1000, 1));
  group.map(squash_function, {x}, DType::f32, true);
  const auto code = fused_code(group.program(), FusedLayout(group.program()), 0);
  REQUIRE(code.has_value());
  CHECK(code->code.body().size() == 5);  // load, abs, add, div, store
}

TEST_CASE("a user's element function is differentiated by its rule") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<double>({3}, {-1, 0, 3}));
  Session session(graph);
  CHECK(session.run(gradients(reduce_sum(squash(x)), {x}).at(0)) ==
        Tensor::from<double>({3}, {0.25, 1, 0.0625}));
  CHECK_THROWS_AS(squash(zeros(graph, DType::i32, {2})), GraphError);
}

TEST_CASE("an element function is refused for operands that it does not take") {
  static constexpr OpDef careless{
      .name = "careless",
      .arity = {1, 1},
      .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
        return {context.inputs[0]};
      },
      .kernel = map_kernel<squash_function>,
  };
  const Graph graph;
  const Output x = variable(zeros(graph, DType::i32, {2}));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const auto error = caught<RunError>([&] { session.run(add_node(careless, {x}, {}, {})); });
  CHECK(std::string(error.what()).find("does not make i32[2] of i32[2]") != std::string::npos);
}

TEST_CASE("a user's element function of a condition and integers") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<std::int64_t>({4}, {5, 6, 7, 8}));
  const Output y = constant(graph, Tensor::from<std::int64_t>({4}, {1, -1, 2, 3}));
  Session session(graph);
  CHECK(session.run(add_node(parity_op, {less(y, 2), x, y}, {}, {})) ==
        Tensor::from<std::int64_t>({4}, {5, 6, 0, 1}));
}

}  // namespace
