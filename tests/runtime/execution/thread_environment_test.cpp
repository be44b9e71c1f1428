// What the host program has set for the calling thread, its floating-point environment and its
// signals, reaches no result and no worker.

#include <atomic>
#include <cfenv>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/float_environment.hpp"
#include "support/samples.hpp"
#include "support/signals.hpp"

namespace deft {
namespace {

struct Environment {
  std::string name;
  void (*set)();
};

const std::initializer_list<Environment> environments = {
    {"flush to zero", [] { flush_subnormals_to_zero(); }},
    {"upward", [] { std::fesetround(FE_UPWARD); }},
    {"toward zero", [] { std::fesetround(FE_TOWARDZERO); }},
    {"traps", [] { trap(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW); }},
};

/// What the graphs below read, made in the standard environment.
struct Inputs {
  Tensor tiny = Tensor::zeros(DType::f32, {1000000});  // around 1e-20
  Tensor matrix = sample<float>({40, 300}, 2);
  Tensor data = sample<float>({20000, 3}, 5);

  Inputs() {
    float next = 1e-22F;
    for (float& value : tiny.mutable_data<float>()) {
      value = next;
      next = next > 1e-19F ? 1e-22F : next * 1.01F;
    }
  }
};

/// Builds and runs: subnormal squares, scalars that are rounded to f32, constants that a plan
/// folds, fused groups, a product, training steps.
std::vector<Tensor> compute(const Inputs& inputs, int threads) {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown});
  const Output folded = exp(constant(graph, Tensor::scalar(0.3F)) / 7);
  const Output fused = tanh(x * 1e19) * folded + 0.1;
  const Output c = constant(graph, inputs.matrix);
  const Output data = constant(graph, inputs.data);
  const Output w = variable(zeros(graph, DType::f32, {3, 1}));
  const Output loss = reduce_mean(square(matmul(data, w) - 0.7));
  const Output step = assign(w, w - 0.01 * gradients(loss, {w}).at(0));
  Session session(graph, {.threads = threads});
  std::vector<Tensor> results = session.run(
      {x * x, fused, reduce_sum(fused), matmul(c, c, {.transpose_b = true})}, {{x, inputs.tiny}});
  session.run(global_variables_initializer(graph));
  session.run(step, {.steps = 30});
  results.push_back(session.eval(w));
  return results;
}

TEST_CASE("the caller's floating-point environment reaches no result") {
  const Inputs inputs;
  const std::vector<Tensor> expected = compute(inputs, 1);
  for (const Environment& environment : environments) {
    CAPTURE(environment.name);
    for (const int threads : {1, 2, 3, 4, 8}) {
      CAPTURE(threads);
      std::vector<Tensor> found;
      {
        const KeptFloatEnvironment kept;
        environment.set();
        found = compute(inputs, threads);
      }
      for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        CHECK(bitwise_equal(found[i], expected[i]));
      }
    }
  }
}

TEST_CASE("a run leaves the caller's environment as it was, also where it fails") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(0.0));
  Session session(graph, {.threads = 2});
  const KeptFloatEnvironment kept;
  std::fesetround(FE_DOWNWARD);
  trap(FE_DIVBYZERO);
  int seen = -1;
  session.run(1 / x, {.on_progress = [&](const Progress&) { seen = std::fegetround(); }});
  CHECK(seen == FE_DOWNWARD);  // a callback is the caller's
  CHECK_THROWS_AS(session.run(1 / x, {.check_numerics = true}), Error);
  CHECK(std::fegetround() == FE_DOWNWARD);
  CHECK(fegetexcept() == FE_DIVBYZERO);
}

TEST_CASE("traps that the host program has enabled do not meet decompositions") {
  const Graph graph;
  const Output rank_one = constant(graph, Tensor::from<double>({3, 2}, {1, 2, 2, 4, 3, 6}));
  const Output b = constant(graph, Tensor::from<double>({3, 1}, {1, 2, 3}));
  const std::vector<Output> all = {pinv(zeros(graph, DType::f64, {3, 2})), pinv(rank_one),
                                   lstsq(rank_one, b)};
  const std::vector<Tensor> expected = Session(graph, {.threads = 1}).run(all);
  const KeptFloatEnvironment kept;
  trap(FE_ALL_EXCEPT & ~FE_INEXACT);
  const std::vector<Tensor> found = Session(graph, {.threads = 1}).run(all);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(bitwise_equal(found[i], expected[i]));
}

std::atomic<int> open_signals{0};
std::atomic<int> blocks_on_workers{0};

/// f32[1000] -> f32[1000]: its blocks look at what workers block.
constexpr OpDef look_at_signals{
    .name = "look_at_signals",
    .arity = {1, 1},
    .infer = [](const InferContext& context) { return std::vector{context.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_blocked_kernel(
              [](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i) args.output<float>()[i] = 0;
                if (args.thread == 0) return;
                ++blocks_on_workers;
                const sigset_t blocked = blocked_signals();
                for (const int signal : signals_from_outside())
                  if (sigismember(&blocked, signal) != 1) ++open_signals;
              },
              1000);
        },
};

TEST_CASE("workers block signals, callers keep theirs") {
  const Graph graph;
  const Output y = graph.add(look_at_signals, {constant(graph, sample<float>({1000}, 1))}, {}, {});
  for (const int threads : {2, 3, 4, 8}) {
    const sigset_t before = blocked_signals();
    Session session(graph, {.threads = threads, .chaos_seed = 5});
    for (int i = 0; i < 1000 && blocks_on_workers == 0; ++i) session.run(y);
    CHECK(blocks_on_workers > 0);
    CHECK(open_signals == 0);
    const sigset_t after = blocked_signals();
    for (const int signal : signals_from_outside())
      CHECK(sigismember(&after, signal) == sigismember(&before, signal));
    blocks_on_workers = 0;
  }
}

}  // namespace
}  // namespace deft
