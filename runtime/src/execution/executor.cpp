#include "executor.hpp"

#include <exception>

#include "run_error.hpp"

namespace deft {

void run_in_order(const Plan& plan, const Frame& frame, const Watch& watch) {
  std::uint32_t at = 0;
  const auto size = static_cast<std::uint32_t>(plan.instructions.size());
  try {
    if (!watch.is_empty()) {
      WatchedThread thread(plan, frame, watch, 0);
      for (; at < size; ++at) thread.execute(at);
      return;
    }
    for (; at < size; ++at) {
      const Instruction& instruction = plan.instructions[at];
      instruction.execute(frame.args(instruction, nullptr, 0));
    }
  } catch (const Interrupted&) {
    throw;
  } catch (...) {
    const Node& node = plan.graph.node(plan.instructions[at].node);
    std::rethrow_exception(failure_of("the kernel", node, plan.graph));
  }
}

}  // namespace deft
