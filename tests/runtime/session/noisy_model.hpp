#pragma once

#include <cstdint>

#include <deft/deft.hpp>

namespace deft {

/// Training of a small network whose data and noise depend on the step.
struct NoisyModel {
  Graph graph;
  Random random{graph, {.seed = 3}};
  Output w = variable(random_normal(random.initial(), DType::f32, {6, 2}, {.name = "first"}),
                      {.name = "w"});
  Output x = random_normal(random, DType::f32, {20, 6}, {.name = "x"});
  Output loss = reduce_mean(square(tanh(matmul(x, w)) - 0.25));
  Training train = minimize(loss, Adam{.rate = cosine_decay(0.1, {.steps = 30})});
  Session session{graph, {.threads = 1}};

  void initialize() { session.run(global_variables_initializer(graph)); }
  void run(std::int64_t steps) { session.run(train, RunOptions{.steps = steps}); }
};

}  // namespace deft
