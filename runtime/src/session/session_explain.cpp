#include <optional>

#include <deft/runtime/session.hpp>

#include "observation/explain.hpp"
#include "observation/profile_state.hpp"
#include "session_impl.hpp"

namespace deft {

Explanation Session::Impl::explain(std::span<const Output> fetches, std::span<const Feed> feeds,
                                   const RunOptions& run_options) {
  const CheckedRun run(*this, fetches, feeds, run_options);
  const std::shared_ptr<RunnablePlan> plan =
      plan_of_run(view(run.fetches), view(run.placeholders), view(run.values), run_options,
                  RunInterrupt(run_options.stop, run_options.timeout));
  std::optional<PlanTotals> measured;
  if (run_options.profile != nullptr)
    measured = totals_of(*run_options.profile, plan->shared_plan());
  return deft::explain(plan->plan(), options.threads, measured);
}

}  // namespace deft
