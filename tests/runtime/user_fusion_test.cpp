// A user's own operations that state how a fused group computes them: in groups with built-in
// neighbours they give the bits of their kernels, with NaN and infinities among the values.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/ops/builtins.hpp>

#include "support/any_graph/draws.hpp"
#include "support/any_graph/tensors.hpp"
#include "support/instruction_sets.hpp"
#include "support/plain_run.hpp"
#include "support/sanitizers.hpp"
#include "support/step_text.hpp"

namespace deft {
namespace {

/// A function of `count` numbers, which OpDefs below are made of.
template <class T>
using Numbers = std::array<T, Row::max_inputs>;

struct SoftSign {
  static constexpr std::size_t count = 1;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] / (1 + std::abs(x[0]));
  }
};

struct Damped {
  static constexpr std::size_t count = 2;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] < x[1] ? x[0] - x[1] : x[1] * T{0.5};
  }
};

struct Clamp {
  static constexpr std::size_t count = 3;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] < x[1] ? x[1] : x[2] < x[0] ? x[2] : x[0];
  }
};

/// What machine code can be made of: `function` says that it is an addition.
struct Sum {
  static constexpr std::size_t count = 2;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] + x[1];
  }
};

/// Operands have the shape of the first, or are one element.
template <class F, class T>
void row(const Row& row) {
  T* y = row.out<T>();
  for (std::size_t i = 0; i < row.count; ++i) {
    Numbers<T> x{};
    for (std::size_t k = 0; k < F::count; ++k) x[k] = row.input<T>(k)[row.repeats(k) ? 0 : i];
    y[i] = F::of(x);
  }
}

template <class F, class T>
Kernel kernel(const KernelContext& context) {
  const std::int64_t count = context.outputs[0].shape.num_elements();
  unsigned repeated = 0;
  for (std::size_t k = 0; k < F::count; ++k)
    if (context.inputs[k].shape.num_elements() == 1) repeated |= 1U << k;
  const auto run = [=](const KernelArgs& args) {
    Row whole{.output = args.output<T>(), .count = static_cast<std::size_t>(count)};
    for (std::size_t k = 0; k < F::count; ++k) whole.inputs[k] = args.input<T>(k);
    whole.repeated = repeated;
    row<F, T>(whole);
  };
  return make_kernel(run, 3.0 * static_cast<double>(count));
}

template <class F>
constexpr OpDef op_of(std::string_view name, ElementFunction function, bool elementwise) {
  return {.name = name,
          .arity = {F::count, F::count},
          .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
          .kernel =
              [](const KernelContext& c) {
                return c.inputs[0].dtype == DType::f32 ? kernel<F, float>(c) : kernel<F, double>(c);
              },
          .fusion = function == ElementFunction::add
                        ? [](const KernelContext& c) -> FusedStep {
                            const bool single = c.inputs[0].dtype == DType::f32;
                            return MapStep{single ? row<F, float> : row<F, double>,
                                           ElementFunction::add};
                          }
                        : [](const KernelContext& c) -> FusedStep {
                            const bool single = c.inputs[0].dtype == DType::f32;
                            return MapStep{single ? row<F, float> : row<F, double>};
                          },
          .elementwise = elementwise};
}

constexpr OpDef soft_sign = op_of<SoftSign>("soft_sign", ElementFunction::other, true);
constexpr OpDef damped = op_of<Damped>("damped", ElementFunction::other, true);
constexpr OpDef clamp = op_of<Clamp>("clamp", ElementFunction::other, false);
constexpr OpDef my_sum = op_of<Sum>("my_sum", ElementFunction::add, true);

const OpDef& builtin(std::string_view name) {
  return **std::ranges::find(builtin_ops(), name, &OpDef::name);
}

// The kernels are those of built-in ones.

/// x + y, where y broadcasts to x in any way.
constexpr OpDef shifted{
    .name = "shifted",
    .arity = {2, 2},
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel = [](const KernelContext& c) { return builtin("add").kernel(c); },
    .fusion = [](const KernelContext& c) -> FusedStep {
      return MapStep{c.inputs[0].dtype == DType::f32 ? row<Sum, float> : row<Sum, double>};
    },
    .elementwise = true,
};

/// a, b -> a^T b, and x -> the mean of all elements.
constexpr OpDef gram{
    .name = "gram",
    .arity = {2, 2},
    .infer =
        [](const InferContext& c) {
          const Shape shape{c.inputs[0].shape[1], c.inputs[1].shape[1]};
          return std::vector<TensorSpec>{{c.inputs[0].dtype, shape}};
        },
    .kernel = [](const KernelContext& c) { return builtin("matmul").kernel(c); },
    .fusion = [](const KernelContext&) -> FusedStep { return ProductStep{.transpose_a = true}; },
};
constexpr OpDef centre{
    .name = "centre",
    .arity = {1, 1},
    .infer =
        [](const InferContext& c) {
          return std::vector<TensorSpec>{{c.inputs[0].dtype, Shape{}}};
        },
    .kernel = [](const KernelContext& c) { return builtin("reduce_mean").kernel(c); },
    .fusion = [](const KernelContext&) -> FusedStep {
      return ReductionStep{ReductionStep::Operator::mean};
    },
};

Output call(const OpDef& op, const std::vector<Output>& inputs) {
  if (&op == &gram)
    return add_node(op, inputs, {{"transpose_a", true}, {"transpose_b", false}}, {});
  if (&op == &centre) {
    const Output like = reduce_mean(inputs[0]);
    return add_node(op, inputs, *like.node().attributes, {});
  }
  return add_node(op, inputs, {}, {});
}

/// Variables of `n` rows, and what may be made of them.
struct Bench {
  Bench(DType dtype, std::int64_t n, std::uint64_t seed) : draws(seed) {
    const auto make = [&](const Shape& shape) {
      return variable(graph, any_tensor(draws, {dtype, shape}, true));
    };
    x = make({n, 1});
    y = make({n, 1});
    matrix = make({n, 3});
    w = make({3, 1});
    low = make({});
    high = make({});
  }

  Draws draws;
  Graph graph;
  Output x, y, matrix, w, low, high;
};

struct Group {
  std::string_view step;  // that `all` is planned as
  std::vector<Output> (*write)(const Bench& t);
};

const Group groups[] = {
    {"fused(mul, soft_sign, sub)",
     [](const Bench& t) -> std::vector<Output> { return {call(soft_sign, {t.x * t.y}) - t.low}; }},
    {"fused(exp, damped, clamp, tanh)",
     [](const Bench& t) -> std::vector<Output> {
       return {tanh(call(clamp, {call(damped, {exp(t.x), t.y}), t.low, t.high}))};
     }},
    {"fused(square, clamp, add, centre)",
     [](const Bench& t) -> std::vector<Output> {
       return {call(centre, {call(clamp, {square(t.x), t.y, t.high}) + t.y})};
     }},
    {"fused(sub, my_sum, mul, reduce_max)",
     [](const Bench& t) -> std::vector<Output> {
       return {reduce_max(call(my_sum, {t.x - t.low, t.y}) * t.x)};
     }},
    {"fused(matmul, soft_sign, sub, gram, centre)",
     [](const Bench& t) -> std::vector<Output> {
       const Output e = call(soft_sign, {matmul(t.matrix, t.w)}) - t.y;
       return {call(gram, {t.matrix, e}), call(centre, {e})};
     }},
    {"fused(matmul, my_sum, damped, gram, soft_sign, mul)",
     [](const Bench& t) -> std::vector<Output> {
       const Output e = call(damped, {call(my_sum, {matmul(t.matrix, t.w), t.x}), t.low});
       return {call(soft_sign, {call(gram, {t.matrix, e})}) * t.w};
     }},
    {"fused(mul, shifted, shifted, tanh)",
     [](const Bench& t) -> std::vector<Output> {
       const Output y = call(shifted, {t.matrix * t.low, t.x});
       return {tanh(call(shifted, {y, reshape(t.w, {3})}))};
     }},
    {"fused(matmul, shifted, soft_sign, shifted, sub)",
     [](const Bench& t) -> std::vector<Output> {
       const Output y = call(shifted, {matmul(t.x, t.w, {.transpose_b = true}), t.y});
       return {call(shifted, {call(soft_sign, {y}), reshape(t.w, {3})}) - t.matrix};
     }},
    {"fused(less, damped, where, soft_sign)",
     [](const Bench& t) -> std::vector<Output> {
       const Output is_less = less(t.x, t.y);
       const Output either = where(is_less, call(damped, {t.y, t.x}), t.x);
       return {call(soft_sign, {either}), either};
     }},
};

std::vector<Tensor> values(const Bench& t, const std::vector<Output>& fetches,
                           const SessionOptions& options) {
  Session session(t.graph, options);
  session.run(global_variables_initializer(t.graph));
  return values_of(session, fetches);
}

void check(const Bench& t, const std::vector<Output>& fetches) {
  const std::vector<Tensor> expected = values(t, fetches, plainly());
  Optimizations portable;
  portable.generate_code = false;
  for (const Optimizations& optimizations : {Optimizations{}, portable})
    for (const int threads : {1, 2}) {
      CAPTURE(optimizations.generate_code);
      CAPTURE(threads);
      check_same_bytes(fetches,
                       values(t, fetches, {.threads = threads, .optimizations = optimizations}),
                       expected);
    }
}

TEST_CASE("groups with a user's operations are planned as such") {
  for (const Group& group : groups) {
    const Bench t(DType::f32, 3000, 1);
    const Step step = step_of(t.graph, group.write(t), {});
    CHECK(step.size() == 1);
    CHECK(step[0] == group.step);
  }
}

TEST_CASE("a user's operations in groups give the bits of their kernels") {
  constexpr std::uint64_t rounds = sanitized ? 2 : 12;
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {1, 2, 17, 1000, 1024, 1025, 9001})
      for (std::uint64_t seed = 0; seed < rounds; ++seed)
        for (const Group& group : groups) {
          CAPTURE(std::string(group.step));
          CAPTURE(std::string(to_string(dtype)));
          CAPTURE(rows);
          CAPTURE(seed);
          const Bench t(dtype, rows, seed);
          check(t, group.write(t));
        }
}

TEST_CASE("a user's operations in groups on lower instruction sets") {
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    CAPTURE(target);
    for (const Group& group : groups) {
      CAPTURE(std::string(group.step));
      const Bench t(DType::f32, 1025, 3);
      check(t, group.write(t));
    }
  }
}

/// Chains of any of them and of built-in ones, in any order.
TEST_CASE("random groups with a user's operations give the bits of their kernels") {
  constexpr std::uint64_t graphs = sanitized ? 20 : 200;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    Bench t(seed % 3 == 0 ? DType::f64 : DType::f32, seed % 2 == 0 ? 1025 : 50, seed);
    std::vector<Output> made{t.x, t.y};
    for (int i = 0; i < 12; ++i) {
      const Output& x = made[made.size() - 1 - t.draws.below(2)];
      const Output& y = t.draws.of(made);
      switch (t.draws.below(8)) {
        case 0:
          made.push_back(call(soft_sign, {x}));
          break;
        case 1:
          made.push_back(call(damped, {x, t.draws.one_in(2) ? y : t.low}));
          break;
        case 2:
          made.push_back(call(clamp, {x, t.draws.one_in(2) ? y : t.low, t.high}));
          break;
        case 3:
          made.push_back(call(my_sum, {x, t.draws.one_in(2) ? y : t.high}));
          break;
        case 4:
          made.push_back(x * y);
          break;
        case 5:
          made.push_back(where(greater_equal(x, y), x, t.low));
          break;
        case 6:
          made.push_back(t.high - x);
          break;
        default:
          made.push_back(exp(-abs(x)));
      }
    }
    std::vector<Output> fetches{made.back(), reduce_sum(made.back()), call(centre, {made[9]})};
    if (t.draws.one_in(2)) fetches.push_back(t.draws.of(made));
    check(t, fetches);
  }
}

}  // namespace
}  // namespace deft
