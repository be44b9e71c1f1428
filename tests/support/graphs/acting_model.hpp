#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <deft/deft.hpp>

namespace deft {

/// What the op `act` does: for tests in which a kernel must meet others, wait, or look around.
inline std::function<void()> action;

/// f32[] -> f32[]: x + 1, after `action`; so long an estimate that each gets a thread of its own.
inline constexpr OpDef act{
    .name = "act",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                action();
                *args.output<float>() = *args.input<float>(0) + 1;
              },
              1e9);
        },
};

inline void wait_until(const std::atomic<bool>& flag) {
  while (!flag) std::this_thread::yield();
}

/// A variable w = 1, and `count` independent ops `act` of it that are added and assigned.
struct ActingModel {
  explicit ActingModel(int count = 2) {
    std::vector<Output> ends;
    for (int i = 0; i < count; ++i) ends.push_back(add_node(act, {w}, {}, {}));
    step = assign(w, add_n(ends));
  }
  Session session(int threads) const {
    Session made(graph, {.threads = threads});
    made.run(init);
    return made;
  }

  Graph graph;
  Output w = variable(graph, Tensor::scalar(1.0F), {.name = "w"});
  Output init = global_variables_initializer(graph);
  Output step;
};

}  // namespace deft
