#pragma once

#include <cstdint>

#include <deft/deft.hpp>

namespace deft {

/// A variable a f32[2], and the step, which a test sets.
struct SteppedModel {
  Graph graph;
  Output a = variable(graph, Tensor{1.0F, 1.0F}, {.name = "a"});
  Output step = global_step(graph);
  Session session{graph, {.threads = 1}};

  SteppedModel() { session.run(global_variables_initializer(graph)); }
  void go_to(std::int64_t to, float value = 0) {
    session.set({{step, Tensor::scalar(to)}, {a, Tensor{value, value}}});
  }
  std::int64_t at() const { return session.value(step).item<std::int64_t>(); }
};

}  // namespace deft
