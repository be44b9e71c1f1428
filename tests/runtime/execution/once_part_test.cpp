// What a run that reassociates computes once, before its steps.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

/// Counts its executions. f32[] -> f32[]: x + 1
std::atomic<int> executions;
constexpr OpDef counted{
    .name = "counted",
    .arity = {1, 1},
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                ++executions;
                if (*args.input<float>(0) < 0) throw std::runtime_error("below 0");
                *args.output<float>() = *args.input<float>(0) + 1;
              },
              1);
        },
};

/// sum += counted(x) + counted(u), where x is fed and u is a variable that the step does not write.
struct Counting {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {}, {.name = "x"});
  Output u = variable(graph, Tensor::scalar(10.0F), {.name = "u"});
  Output sum = variable(graph, Tensor::scalar(0.0F), {.name = "sum"});
  Output of_x = add_node(counted, {x}, {}, {.name = "of_x"});
  Output of_u = add_node(counted, {u}, {}, {.name = "of_u"});
  Output step = assign_add(sum, of_x + of_u);
  Output initialize = global_variables_initializer(graph);
  Session session{graph, {.threads = 1, .numerics = Numerics::reassociate}};

  Counting() {
    session.run(initialize);
    executions = 0;
  }
  Feeds feed(float value) const { return {{x, Tensor::scalar(value)}}; }
  float total() { return session.eval(sum).item<float>(); }
};

TEST_CASE("what a run does once it does once, and anew in the next run") {
  Counting t;
  t.session.run(t.step, t.feed(1), {.steps = 5});
  CHECK(executions == 2);
  CHECK(t.total() == 5 * (2 + 11));
  t.session.run(t.step, t.feed(2), {.steps = 2});
  CHECK(executions == 4);
  CHECK(t.total() == 5 * 13 + 2 * (3 + 11));
  t.session.run(assign(t.u, constant(t.graph, Tensor::scalar(20.0F))));
  t.session.run(t.step, t.feed(2));
  CHECK(t.total() == 5 * 13 + 2 * 14 + 3 + 21);
}

TEST_CASE("a value that is computed once can be fetched") {
  Counting t;
  const std::vector<Tensor> found = t.session.run({t.of_x, t.step}, t.feed(1), {.steps = 3});
  CHECK(found[0].item<float>() == 2);
  CHECK(executions == 2);
  t.session.run({t.of_x, t.step}, t.feed(7));
  CHECK(found[0].item<float>() == 2);  // the caller's own
}

TEST_CASE("a variable that others change between two transactions is read anew") {
  Counting t;
  RunOptions options{.steps = 4};
  options.on_progress = [&](const Progress& progress) {
    if (progress.step == 2) t.session.run(assign(t.u, constant(t.graph, Tensor::scalar(20.0F))));
  };
  t.session.run(t.step, t.feed(1), options);
  CHECK(t.total() == 2 * (2 + 11) + 2 * (2 + 21));
  CHECK(executions == 4);
}

TEST_CASE("check_numerics runs what is written") {
  Counting t;
  t.session.run(t.step, t.feed(1), {.steps = 3, .check_numerics = true});
  CHECK(executions == 6);
  CHECK(t.session.explain(t.step, t.feed(1), {.check_numerics = true}).once.empty());
}

TEST_CASE("a failure of what is computed once names its node and leaves the variables") {
  Counting t;
  const auto error = caught<RunError>([&] { t.session.run(t.step, t.feed(-1), {.steps = 3}); });
  CHECK(std::string(error.what()).find("of_x") != std::string::npos);
  CHECK(std::string(error.what()).find("below 0") != std::string::npos);
  CHECK(t.total() == 0);
  t.session.run(t.step, t.feed(1));
  CHECK(t.total() == 13);
}

TEST_CASE("a variable without a value is missed before anything is computed") {
  const Counting t;
  Session fresh(t.graph, {.threads = 1, .numerics = Numerics::reassociate});
  executions = 0;
  const auto error = caught<RunError>([&] { fresh.run(t.step, t.feed(1)); });
  CHECK(error.code() == ErrorCode::uninitialized_variable);
  CHECK(executions == 0);
}

/// f32[] -> f32[]: waits for the end of the run
constexpr OpDef wait_for_end{
    .name = "wait_for_end",
    .arity = {1, 1},
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                while (!args.interrupted()) continue;
              },
              1e9);
        },
};

TEST_CASE("a timeout ends what is computed once") {
  const Graph graph;
  const Output u = variable(graph, Tensor::scalar(1.0F));
  const Output sum = variable(graph, Tensor::scalar(0.0F));
  const Output endless = add_node(wait_for_end, {u}, {}, {});
  const Output step = assign_add(sum, endless);
  for (const int threads : {1, 2}) {
    Session session(graph, {.threads = threads, .numerics = Numerics::reassociate});
    session.run(global_variables_initializer(graph));
    const auto error = caught<RunError>(
        [&] { session.run(step, {.steps = 3, .timeout = std::chrono::milliseconds(1)}); });
    CHECK(error.code() == ErrorCode::deadline_exceeded);
    CHECK(std::string(error.what()).find("after 0 of 3 steps") != std::string::npos);
    CHECK(session.eval(sum).item<float>() == 0);
  }
}

TEST_CASE("a profile has the time of what is computed once") {
  Counting t;
  Profile profile;
  t.session.run(t.step, t.feed(1), {.steps = 3, .profile = &profile});
  std::int64_t once = 0;
  for (const Profile::Row& row : profile.rows())
    if (row.op == "counted") once += row.count;
  CHECK(once == 2);
}

}  // namespace
}  // namespace deft
