// Several threads in one step, and several runs on one session.

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/on_threads.hpp"

namespace deft {
namespace {

constexpr std::int64_t wide = 96;  // matrices large enough that a step is spread over threads

Tensor ramp(std::int64_t rows, std::int64_t columns, float scale) {
  std::vector<float> values(static_cast<std::size_t>(rows * columns));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = scale * static_cast<float>(i % 17) - 0.4F;
  return Tensor::from<float>({rows, columns}, values);
}

/// Eight independent chains of products that end in one sum and an assign.
struct Branches {
  Branches() {
    std::vector<Output> ends;
    for (int i = 0; i < 8; ++i) {
      const Output a = constant(graph, ramp(wide, wide, 0.01F * static_cast<float>(i + 1)));
      ends.push_back(matmul(matmul(a, w), a, {.transpose_b = true}));
    }
    step = assign(w, 1e-4 * add_n(ends) + 0.5);
  }
  Graph graph;
  Output w = variable(graph, ramp(wide, wide, 0.02F), {.name = "w"});
  Output step;
};

TEST_CASE("results are the same bytes for any number of threads") {
  const Branches model;
  const Output init = global_variables_initializer(model.graph);
  std::vector<Tensor> results;
  for (const int threads : {1, 2, 3, 4, 8}) {
    Session session(model.graph, {.threads = threads});
    session.run(init);
    session.run(model.step, {.steps = 20});
    results.push_back(session.eval(model.w));
  }
  for (const Tensor& result : results) CHECK(bitwise_equal(result, results[0]));
}

/// Counts how many of its executions are in progress at once.
std::atomic<int> running{0};
std::atomic<int> most_running{0};

constexpr OpDef meet{
    .name = "meet",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                const int now = ++running;
                for (int seen = most_running; seen < now;)
                  if (most_running.compare_exchange_weak(seen, now)) break;
                for (int i = 0; i < 2000 && most_running < 2; ++i)
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
                --running;
                *args.output<float>() = *args.input<float>(0);
              },
              1e9);
        },
};

TEST_CASE("independent operations run at the same time") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  const Output both = add_node(meet, {x}, {}, {}) + add_node(meet, {x}, {}, {});
  Session session(graph, {.threads = 2});
  running = most_running = 0;
  CHECK(session.run(both).item<float>() == 2);
  CHECK(most_running == 2);
}

/// Fails if its attribute says so; large enough an estimate to be handed to other threads.
constexpr OpDef fragile{
    .name = "fragile",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext& c) {
          return make_kernel(
              [fails = c.attributes.get<std::int64_t>("fails")](const KernelArgs& args) {
                if (fails == 1) throw std::runtime_error("planted");
                if (fails == 2) throw 42;
                if (fails == 3) throw std::bad_alloc();
                *args.output<float>() = *args.input<float>(0) + 1;
              },
              1e6);
        },
};

TEST_CASE("the first failure in plan order is reported, whatever the schedule") {
  for (const int threads : {1, 2, 3, 4, 8}) {
    for (std::size_t bad = 0; bad < 6; ++bad) {
      const Graph graph;
      const Output w = variable(graph, Tensor::scalar(1.0F));
      std::vector<Output> ends;
      for (std::size_t i = 0; i < 6; ++i) {
        const std::int64_t fails = i == bad ? 1 : i == bad + 1 ? 2 : i == bad + 2 ? 3 : 0;
        ends.push_back(
            add_node(fragile, {w}, {{"fails", fails}}, {.name = "f" + std::to_string(i)}));
      }
      const Output step = assign(w, add_n(ends));
      Session session(graph, {.threads = threads});
      session.run(global_variables_initializer(graph));
      const Error error = caught<RunError>([&] { session.run(step, {.steps = 3}); });
      CHECK(error.info().node == "f" + std::to_string(bad));
      CHECK(error.code() == ErrorCode::kernel_failure);
      CHECK(error.info().message.find("planted") != std::string::npos);
      CHECK(session.eval(w).item<float>() == 1);
    }
  }
}

TEST_CASE("readers see states that existed while a trainer runs") {
  const Graph graph;
  const Output a = variable(graph, Tensor::scalar(0.0), {.name = "a"});
  const Output b = variable(graph, Tensor::scalar(0.0), {.name = "b"});
  const Output one = constant(graph, Tensor::scalar(1.0));
  const Output step = group({assign_add(a, one), assign(b, 2 * a + 2)});  // b = 2 a
  Session session(graph, {.threads = 2});
  session.run(global_variables_initializer(graph));
  std::atomic<bool> wrong{false};
  on_threads(5, [&](int thread) {
    if (thread < 2) {
      for (int i = 0; i < 250; ++i) session.run(step, {.steps = 2});
      return;
    }
    for (int i = 0; i < 1000; ++i) {
      const std::vector<Tensor> seen = session.run({a, b});
      if (seen[1].item<double>() != 2 * seen[0].item<double>()) wrong = true;
    }
  });
  CHECK_FALSE(wrong);
  CHECK(session.eval(a).item<double>() == 1000);
}

/// Runs something in a session of its own choice.
struct NestedRun {
  static inline Session* session = nullptr;
  static inline Output fetch;
};

constexpr OpDef nest{
    .name = "nest",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                const Tensor seen = NestedRun::session->run(NestedRun::fetch);
                *args.output<float>() = seen.item<float>() + *args.input<float>(0);
              },
              1e6);
        },
};

TEST_CASE("a kernel may run the session that runs it") {
  for (const int threads : {1, 2, 4}) {
    const Graph graph;
    const Output w = variable(graph, Tensor::scalar(1.0F), {.name = "w"});
    const Output write = assign_add(w, ones_like(w));
    const Output a = add_node(nest, {w}, {}, {});
    const Output b = add_node(nest, {w}, {}, {});
    Session session(graph, {.threads = threads});
    session.run(global_variables_initializer(graph));
    NestedRun::session = &session;
    NestedRun::fetch = w * 2;
    CHECK(session.run(assign(w, a + b)).item<float>() == 6);
    NestedRun::fetch = write;
    CHECK(session.run(a).item<float>() == 13);
    const Error error = caught<RunError>([&] { session.run(assign(w, a)); });
    CHECK(error.code() == ErrorCode::write_conflict);
    CHECK(session.eval(w).item<float>() == 7);
    NestedRun::fetch = {};
  }
}

TEST_CASE("a graph grows while a session runs on it") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  Session session(graph, {.threads = 2});
  std::atomic<bool> wrong{false};
  on_threads(4, [&](int) {
    Output y = x;
    for (int i = 1; i <= 100; ++i) {
      y = y + 1;
      if (session.run(y).item<float>() != static_cast<float>(i + 1)) wrong = true;
    }
  });
  CHECK_FALSE(wrong);
}

}  // namespace
}  // namespace deft
