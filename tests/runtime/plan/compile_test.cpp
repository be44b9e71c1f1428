// Plans are made for a run that may be stopped or out of time meanwhile.

#include <atomic>
#include <chrono>
#include <stop_token>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

using namespace std::chrono_literals;

std::atomic<int> executed{0};

/// f32[] -> f32[], counted.
constexpr OpDef counted{
    .name = "counted",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) {
            ++executed;
            *args.output<float>() = 1;
          });
        },
};

TEST_CASE("a stop and a timeout end a run that is still planned") {
  std::stop_source source;
  for (const bool stopped : {false, true}) {
    executed = 0;
    const Graph graph;
    const Output step = add_node(counted, {constant(graph, Tensor::scalar(1.0F))}, {}, {});
    Session session(graph, {.threads = 1});
    RunOptions options;
    if (stopped)
      options.stop = source.get_token();
    else
      options.timeout = 1ns;
    source.request_stop();
    const RunError error = caught<RunError>([&] { session.run(step, options); });
    CHECK(error.code() == (stopped ? ErrorCode::cancelled : ErrorCode::deadline_exceeded));
    CHECK(executed == 0);
    CHECK_THROWS_AS(session.explain(step, options), RunError);
    session.run(step);
    CHECK(executed == 1);
  }
}

std::atomic<int> folded{0};
std::stop_source stop_folding;

/// i64[] -> i64[], pure, so that it is computed with the plan; the third one requests a stop.
constexpr OpDef folds{
    .name = "folds",
    .arity = {1, 1},
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                if (++folded == 3) stop_folding.request_stop();
                *args.output<std::int64_t>() = *args.input<std::int64_t>(0) + 1;
              },
              1);
        },
};

TEST_CASE("what is computed from constants asks too") {
  const Graph graph;
  Output x = constant(graph, Tensor::scalar(std::int64_t{0}));
  for (int i = 0; i < 100; ++i) x = add_node(folds, {x}, {}, {});
  Session session(graph, {.threads = 1});
  const RunOptions options{.stop = stop_folding.get_token()};
  CHECK(caught<RunError>([&] { session.run(x, options); }).code() == ErrorCode::cancelled);
  CHECK(folded == 3);
  CHECK(session.run(x) == Tensor::scalar(std::int64_t{100}));
}

}  // namespace
}  // namespace deft
