#include <string>

#include <deft/core/error.hpp>

#include "passes/draft.hpp"
#include "plan.hpp"

namespace deft {

std::shared_ptr<const Plan> compile(const Graph& graph, const PlanRequest& request,
                                    const Logger& log) {
  Draft draft{.graph = graph, .request = request};
  const auto plan = std::make_shared<Plan>();
  plan->graph = graph;

  collect(draft);
  prune(draft);
  infer_shapes(draft);
  order_effects(draft);
  prepare_kernels(draft);
  emit(draft, *plan);
  plan_memory(draft, *plan);

  if (log.enabled(LogLevel::info))
    log.log(LogLevel::info, "plan: " + std::to_string(draft.order.size()) + " nodes, " +
                                std::to_string(plan->instructions.size()) + " instructions, " +
                                std::to_string(plan->arena_bytes) + " bytes");
  return plan;
}

}  // namespace deft
