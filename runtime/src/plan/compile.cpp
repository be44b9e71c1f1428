#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "draft.hpp"
#include "emit/emission.hpp"
#include "plan.hpp"
#include "plan_hash.hpp"
#include "rewriting.hpp"
#include "verify.hpp"

namespace deft {

namespace {

using Report = std::function<void(const std::string& pass, std::string what)>;

/// From what is to be computed to a plan.
void finish(Draft& draft, Plan& plan, const Report& report) {
  if (draft.options.optimizations.fuse) report("fuse", fuse(draft));
  Emission emission;
  report("emit", emit(draft, emission, plan));
  if (draft.options.verify) verify(emission, draft.specs.size());
  report("schedule", schedule(draft, emission, plan));
  report("plan memory", plan_memory(draft, emission, plan));
}

/// What changes no bit of the results.
void optimize(Draft& draft, const Report& report) {
  const Optimizations& enabled = draft.options.optimizations;
  if (!enabled.simplify && !enabled.fold_constants && !enabled.merge_duplicates) return;
  if (enabled.simplify) report("simplify", simplify(draft));
  report("drop unused", drop_unused(draft));
  if (enabled.fold_constants) report("fold constants", fold_constants(draft));
  if (enabled.simplify) report("simplify", simplify(draft));
  if (enabled.merge_duplicates) report("merge duplicates", merge_duplicates(draft));
  report("drop unused", drop_unused(draft));
}

void reassociate(Draft& draft, std::unique_ptr<Draft>& once, Plan& plan, const Report& report) {
  report("multiply out", multiply_out(draft, plan.rewrites));
  report("order chains", order_chains(draft, plan.rewrites));
  report("hoist", hoist(draft, once, plan.once_variables));
}

}  // namespace

std::shared_ptr<const Plan> compile(const Graph& graph, const PlanRequest& request,
                                    const PlanOptions& options, const Logger& log) {
  Draft draft{.graph = graph, .request = request, .options = options};
  const auto plan = std::make_shared<Plan>();
  plan->graph = graph;
  const auto note = [&](const Draft& done, const std::string& pass, std::string what) {
    if (log.enabled(LogLevel::debug)) log.log(LogLevel::debug, "plan: " + pass + ": " + what);
    plan->passes.emplace_back(pass, std::move(what));
    if (options.verify) verify(done, pass);
    check_interrupt(done);
  };
  const Report report = [&](const std::string& pass, std::string what) {
    note(draft, pass, std::move(what));
  };

  report("collect", collect(draft));
  report("prune", prune(draft));
  std::string collectives = order_collectives(draft);
  if (draft.step_group) report("order collectives", std::move(collectives));
  report("infer shapes", infer_shapes(draft));
  report("order effects", order_effects(draft));
  if (draft.step_group) {
    plan->step_group = draft.step_group;
    plan->hash = hash_of(draft);
  }
  begin_rewriting(draft);
  optimize(draft, report);
  std::unique_ptr<Draft> once;
  if (options.numerics != Numerics::exact) reassociate(draft, once, *plan, report);
  if (once != nullptr) {
    const auto part = std::make_shared<Plan>();
    part->graph = graph;
    finish(*once, *part, [&](const std::string& pass, std::string what) {
      note(*once, "once, " + pass, std::move(what));
    });
    plan->once = part;
  }
  finish(draft, *plan, report);

  if (log.enabled(LogLevel::info))
    log.log(LogLevel::info, "plan: " + std::to_string(draft.order.size()) + " nodes, " +
                                std::to_string(plan->instructions.size()) + " instructions, " +
                                std::to_string(plan->peak_bytes) + " bytes");
  return plan;
}

}  // namespace deft
