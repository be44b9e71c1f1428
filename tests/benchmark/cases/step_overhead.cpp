/// A million steps that each add 1 to a variable: what a step costs beside its kernels.

#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/call_list.hpp"

namespace deft::benchmark {

Contest step_overhead(const Setting& setting) {
  const std::int64_t steps = setting.size(1'000'000, 1000);
  Graph graph;
  const Output v = variable(zeros(graph, DType::f32, {}), {.name = "v"});
  const Output step = group({assign_add(v, ones(graph, DType::f32, {}))});
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  session.run(global_variables_initializer(graph));
  const auto ours = [=](std::int64_t n) mutable {
    for (std::int64_t i = 0; i < n; ++i) session.run(step, {.steps = steps});
  };

  // By hand: the same addition, through a pointer that the compiler must load every time.
  const auto value = std::make_shared<float>(0.0F);
  const auto by_hand = [=](std::int64_t n) {
    void (*volatile function)(const float*, const float*, float*) = add_elements;
    const float one = 1.0F;
    for (std::int64_t i = 0; i < n * steps; ++i) function(value.get(), &one, value.get());
  };

  session.run(step, {.steps = steps});
  by_hand(1);
  expect_close(session.eval(v).item<float>(), *value);
  const double nanoseconds = 1e9 / static_cast<double>(steps);
  return {timed(setting, ours, nanoseconds), timed(setting, by_hand, nanoseconds)};
}

}  // namespace deft::benchmark
