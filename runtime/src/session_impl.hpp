#pragma once

#include <memory>
#include <vector>

#include <deft/runtime/session.hpp>

#include "plan_cache.hpp"
#include "run_scope.hpp"
#include "thread_pool.hpp"
#include "variable_store.hpp"

namespace deft {

/// What a Session and its Callables share.
struct Session::Impl {
  Impl(const Graph& g, SessionOptions o, SourceLocation where);

  std::vector<Tensor> run(const std::vector<Output>& fetches, const std::vector<Feed>& feeds,
                          const RunOptions& options);

  /// Throws RunError unless each fetch is an output of this session's graph.
  std::vector<Endpoint> check_fetches(const std::vector<Output>& fetches,
                                      SourceLocation where) const;

  /// Throws RunError unless each is a placeholder of this session's graph, and none comes twice.
  std::vector<Endpoint> check_placeholders(const std::vector<Output>& placeholders,
                                           SourceLocation where) const;

  /// Runs with one value per placeholder.
  std::vector<Tensor> run_checked(const std::vector<Endpoint>& fetches,
                                  const std::vector<Endpoint>& placeholders,
                                  const std::vector<const Tensor*>& values,
                                  const RunOptions& options);

  Graph graph;
  SessionOptions options;
  VariableStore variables;
  PlanCache plans;
  std::unique_ptr<ThreadPool> pool;
};

struct Callable::Impl {
  std::shared_ptr<Session::Impl> session;
  std::vector<Endpoint> fetches;
  std::vector<Endpoint> placeholders;
};

}  // namespace deft
