#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <deft/runtime/session.hpp>

#include "execution/interrupt.hpp"
#include "execution/thread_pool.hpp"
#include "plan_cache.hpp"
#include "variable_store.hpp"

namespace deft {

template <class T>
using Few = boost::container::small_vector<T, 8>;

template <class T>
std::span<const T> view(const Few<T>& few) {
  return {few.data(), few.size()};
}

/// What a Session and its Callables share.
struct Session::Impl {
  Impl(const Graph& g, SessionOptions o, SourceLocation where);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::vector<Tensor> run(std::span<const Output> fetches, std::span<const Feed> feeds,
                          const RunOptions& run_options);

  Explanation explain(std::span<const Output> fetches, std::span<const Feed> feeds,
                      const RunOptions& run_options);

  /// As Session::values and Session::set.
  std::vector<Tensor> values(const std::vector<Output>& of, SourceLocation where) const;
  void set(const std::vector<std::pair<Output, Tensor>>& values, SourceLocation where);

  /// The arguments of a run. Throws RunError if something is wrong with them.
  struct CheckedRun {
    CheckedRun(const Impl& session, std::span<const Output> outputs, std::span<const Feed> feeds,
               const RunOptions& run_options);
    CheckedRun(const CheckedRun&) = delete;
    CheckedRun& operator=(const CheckedRun&) = delete;

    Few<Endpoint> fetches;
    Few<Endpoint> placeholders;
    Few<const Tensor*> values;
  };

  /// Throws RunError unless each fetch is an output of this session's graph.
  Few<Endpoint> check_fetches(std::span<const Output> fetches, SourceLocation where) const;

  /// Throws RunError unless each is a placeholder of this session's graph, and none comes twice.
  Few<Endpoint> check_placeholders(std::span<const Output> placeholders,
                                   SourceLocation where) const;

  /// The node of a variable; throws RunError unless it is one of this session's graph.
  const Node& check_variable(const Output& variable, SourceLocation where) const;

  /// Throws RunError if the process was forked since the session was made.
  void check_process(SourceLocation where) const;

  /// Throws RunError unless this session can run with such options, and each value fits its
  /// placeholder.
  void check_run(std::span<const Endpoint> placeholders, std::span<const Tensor* const> values,
                 const RunOptions& run_options) const;

  std::shared_ptr<RunnablePlan> plan_for(std::span<const Endpoint> fetches,
                                         std::span<const Endpoint> placeholders,
                                         std::span<const Tensor* const> values,
                                         const RunOptions& run_options,
                                         const RunInterrupt& interrupt);

  /// The plan of a run whose arguments have been checked: with the value of RunOptions::until as
  /// its last fetch. Throws RunError if there is none.
  std::shared_ptr<RunnablePlan> plan_of_run(std::span<const Endpoint> fetches,
                                            std::span<const Endpoint> placeholders,
                                            std::span<const Tensor* const> values,
                                            const RunOptions& run_options,
                                            const RunInterrupt& interrupt);

  /// A run whose arguments have been checked, which `interrupt` may end. `known`, if not null, is
  /// the plan, and outlives it.
  std::vector<Tensor> run_checked(std::span<const Endpoint> fetches,
                                  std::span<const Endpoint> placeholders,
                                  std::span<const Tensor* const> values,
                                  const RunOptions& run_options, const RunInterrupt& interrupt,
                                  RunnablePlan* known = nullptr);

  Graph graph;
  SessionOptions options;
  VariableStore variables;
  std::unique_ptr<PlanCache> plans;
  std::unique_ptr<ThreadPool> pool;
  std::uint64_t made_in;  // fork_generation
};

struct Callable::Impl {
  std::shared_ptr<Session::Impl> session;
  Few<Endpoint> fetches;
  Few<Endpoint> placeholders;

  /// The plan that serves feeds of these shapes.
  struct Known {
    std::vector<Shape> shapes;
    std::size_t control_edges;  // of the graph at that time
    std::shared_ptr<RunnablePlan> plan;
  };
  static constexpr std::size_t most_known = 32;  // for others the session is asked

  /// The plan, which lives as long as this; or null.
  RunnablePlan* find(std::span<const Tensor* const> values) const;
  void remember(std::span<const Tensor* const> values,
                const std::shared_ptr<RunnablePlan>& plan) const;
  bool serves(const Known& plan, std::span<const Tensor* const> values) const;
  const Known* known_for(std::span<const Tensor* const> values) const;

  mutable std::atomic<const Known*> latest{nullptr};
  mutable std::mutex mutex;  // guards the rest
  mutable std::vector<std::unique_ptr<const Known>> known;
};

}  // namespace deft
