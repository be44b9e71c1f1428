#include <string>
#include <utility>

#include "passes/draft.hpp"
#include "plan.hpp"

namespace deft {

std::shared_ptr<const Plan> compile(const Graph& graph, const PlanRequest& request,
                                    const PlanOptions& options, const Logger& log) {
  Draft draft{.graph = graph, .request = request, .options = options};
  const auto plan = std::make_shared<Plan>();
  plan->graph = graph;
  const auto report = [&](const char* pass, std::string what) {
    if (log.enabled(LogLevel::debug))
      log.log(LogLevel::debug, std::string("plan: ") + pass + ": " + what);
    plan->passes.emplace_back(pass, std::move(what));
  };

  report("collect", collect(draft));
  report("prune", prune(draft));
  report("infer shapes", infer_shapes(draft));
  report("order effects", order_effects(draft));
  report("emit", emit(draft, *plan));
  report("schedule", schedule(draft, *plan));
  report("plan memory", plan_memory(draft, *plan));

  if (log.enabled(LogLevel::info))
    log.log(LogLevel::info, "plan: " + std::to_string(draft.order.size()) + " nodes, " +
                                std::to_string(plan->instructions.size()) + " instructions, " +
                                std::to_string(plan->peak_bytes) + " bytes");
  return plan;
}

}  // namespace deft
