#pragma once

#include <vector>

#include <deft/core/tensor.hpp>
#include <deft/runtime/options.hpp>

#include "plan_cache.hpp"
#include "thread_pool.hpp"
#include "variable_store.hpp"

namespace deft {

/// One run: reads a consistent state, repeats the step, publishes what the last complete step left,
/// returns the fetches of the last step. If a step fails, publishes what the steps before it left
/// and rethrows.
std::vector<Tensor> run_steps(RunnablePlan& runnable, const std::vector<const Tensor*>& feeds,
                              const RunOptions& options, VariableStore& variables,
                              ThreadPool& pool);

}  // namespace deft
