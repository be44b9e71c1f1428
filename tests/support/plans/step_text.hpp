#pragma once

#include <string>
#include <vector>

#include <deft/deft.hpp>

namespace deft {

using Step = std::vector<std::string>;

/// Operation by operation: "matmul", "fused(sub, mul)".
inline Step text_of(const std::vector<Explanation::Operation>& operations) {
  Step step;
  for (const Explanation::Operation& operation : operations) {
    std::string text = operation.op;
    for (std::size_t i = 0; i < operation.parts.size(); ++i)
      text += (i == 0 ? "(" : ", ") + operation.parts[i].op;
    step.push_back(operation.parts.empty() ? text : text + ")");
  }
  return step;
}

/// What a step that fetches `fetches` computes.
inline Step step_of(const Graph& graph, const std::vector<Output>& fetches,
                    const Optimizations& optimizations, const Feeds& feeds = {}) {
  Session session(graph, {.threads = 1, .optimizations = optimizations});
  return text_of(session.explain(fetches, feeds).operations);
}

/// All passes off but for those that `enable` switches on.
template <class Enable>
Optimizations only(Enable enable) {
  Optimizations optimizations = Optimizations::none();
  enable(optimizations);
  return optimizations;
}

}  // namespace deft
