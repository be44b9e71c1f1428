#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/core/tensor.hpp>
#include <deft/runtime/options.hpp>

#include "interrupt.hpp"
#include "session/plan_cache.hpp"
#include "session/variable_store.hpp"
#include "thread_pool.hpp"

namespace deft {

/// What the runs of a session share.
struct RunContext {
  const SessionOptions& options;
  VariableStore& variables;
  ThreadPool& pool;
};

/// One run: reads a consistent state, repeats the step, publishes what the last complete step left,
/// returns the first `num_fetches` fetches of the last step; with RunOptions::until, the fetch
/// after these is its value. If a step fails, publishes what the steps before it left and rethrows.
std::vector<Tensor> run_steps(RunnablePlan& runnable, std::span<const Tensor* const> feeds,
                              std::size_t num_fetches, const RunOptions& options,
                              const RunInterrupt& interrupt, const RunContext& context);

/// The error of a run that its interrupt has ended after `done` steps.
RunError interruption(const RunInterrupt& interrupt, const RunOptions& options, std::int64_t done);

}  // namespace deft
