#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <deft/deft.hpp>

namespace deft {

inline constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

/// A variable that counts its steps.
struct Counter {
  explicit Counter(const SessionOptions& options) : session(graph, options) {
    session.run(global_variables_initializer(graph));
  }
  std::int64_t value() { return session.eval(n).item<std::int64_t>(); }

  Graph graph;
  Output n = variable(graph, Tensor::scalar(std::int64_t{0}), {.name = "n"});
  Output step = assign_add(n, ones_like(n));
  Session session;
};

/// Inline, spread over threads, and in random order.
inline std::vector<SessionOptions> schedules() {
  return {{.threads = 1}, {.threads = 2}, {.threads = 4, .chaos_seed = 5}};
}

inline std::atomic<int> executed{0};  // blocks of `slow` that have begun

/// i64[] -> i64[], of `blocks` blocks of about a millisecond each. If `waits`, a block does not end
/// before the run is interrupted.
inline constexpr OpDef slow{
    .name = "slow",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext& c) {
          const auto blocks = c.attributes.get<std::int64_t>("blocks");
          const auto body = [waits = c.attributes.get<bool>("waits")](
                                const KernelArgs& args, std::int64_t begin, std::int64_t) {
            ++executed;
            if (begin == 0) *args.output<std::int64_t>() = 1;
            do std::this_thread::sleep_for(std::chrono::milliseconds(1));
            while (waits && !args.interrupted());
          };
          return make_blocked_kernel(body, blocks, 0, 40e6 * static_cast<double>(blocks));
        },
};

inline Output slow_step(const Counter& counter, std::int64_t blocks, bool waits) {
  const Output delta =
      add_node(slow, {counter.n}, {{"blocks", blocks}, {"waits", waits}}, {.name = "slow"});
  return assign_add(counter.n, delta);
}

inline std::string message_of(const Error& error) { return error.info().message; }

}  // namespace deft
