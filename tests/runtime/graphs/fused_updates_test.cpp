// Updates of variables are steps of a group, and mean what they mean operation by operation.

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/optimized.hpp"
#include "support/plans/plain_run.hpp"
#include "support/plans/step_text.hpp"
#include "support/same_results.hpp"

namespace deft {
namespace {

/// An optimizer's parameters with its slots.
struct Update {
  explicit Update(DType dtype, std::int64_t n)
      : g(variable(graph, data(dtype, {n}, 1, false))),
        w(variable(graph, data(dtype, {n}, 2, false))),
        m(variable(graph, data(dtype, {n}, 3, false))),
        v(variable(graph, data(dtype, {n}, 4, false))) {}

  Output adam() {
    const Output new_m = assign(m, m * 0.9 + g * 0.1);
    const Output new_v = assign(v, v * 0.999 + square(g) * 0.001);
    return group({assign_sub(w, 0.01 * new_m / (sqrt(new_v) + 1e-8))});
  }
  Output momentum() {
    const Output new_m = assign(m, m * 0.9 + g);
    return group({new_m, assign_sub(w, 0.1 * new_m), assign_add(v, ones_like(v))});
  }
  /// Reads what it has written, and writes a value twice.
  Output tangle() {
    const Output sum = w + m;
    const Output first = assign(w, sum);
    const Output second = assign(m, sum);
    const ControlDependencies after(graph, {first, second});
    return group({assign_add(w, first * second), assign(v, m + g), assign(g, v)});
  }

  std::vector<Tensor> after(const Output& step, std::int64_t steps, SessionOptions options) {
    Session session(graph, options);
    session.run(global_variables_initializer(graph));
    session.run(step, {.steps = steps});
    return values_of(session, {w, m, v, g});
  }

  Graph graph;
  Output g, w, m, v;
};

TEST_CASE("an update of a variable and its slots is one group") {
  Update adam(DType::f32, 5000);
  CHECK(step_of(adam.graph, {adam.adam()}, Optimizations{}).size() == 1);
  Update momentum(DType::f32, 5000);
  const Step step = step_of(momentum.graph, {momentum.momentum()}, Optimizations{});
  CHECK(step.front() == "fused(mul, add, mul, assign_sub)");
}

TEST_CASE("updates give the same bytes in groups and operation by operation") {
  for (const std::int64_t n : {1, 5, 1000, 3000, 20'000})
    for (const DType dtype : {DType::f32, DType::f64})
      for (Output (Update::*write)() : {&Update::adam, &Update::momentum, &Update::tangle}) {
        CAPTURE(n);
        Update update(dtype, n);
        const Output step = (update.*write)();
        for (const std::int64_t steps : {1, 4})
          check_against_plain(
              {update.w, update.m, update.v, update.g},
              [&](SessionOptions options) { return update.after(step, steps, options); });
      }
}

TEST_CASE("a fused step that fails leaves every variable as it was") {
  Update update(DType::f32, 3000);
  const Output adam = update.adam();
  const Output zero = variable(update.graph, Tensor::scalar(std::int32_t{0}));
  const Output failing = group({adam, assign_add(zero, 1 / zero)});
  Session session(update.graph, {.threads = 2});
  session.run(global_variables_initializer(update.graph));
  const std::vector<Output> all{update.w, update.m, update.v, update.g};
  const std::vector<Tensor> before = values_of(session, all);
  CHECK_THROWS_AS(session.run(failing), RunError);
  check_same_bytes(all, values_of(session, all), before);
}

}  // namespace
}  // namespace deft
