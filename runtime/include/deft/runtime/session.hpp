#pragma once

#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/runtime/explanation.hpp>
#include <deft/runtime/options.hpp>

namespace deft {

/// A value for a placeholder.
struct Feed {
  Output placeholder;
  Tensor value;
};

/// The feeds of a run: `{{x, batch}, {y, targets}}`, or a vector.
class Feeds {
 public:
  Feeds() = default;
  Feeds(std::initializer_list<Feed> feeds) : feeds_(feeds) {}
  Feeds(std::vector<Feed> feeds) : feeds_(std::move(feeds)) {}

  const std::vector<Feed>& list() const { return feeds_; }

 private:
  std::vector<Feed> feeds_;
};

/// A planned run with a fixed list of placeholders: what Session::prepare returns. Copies share the
/// plan. It keeps the session's variables and threads alive.
class Callable {
 public:
  Callable(const Callable&) = default;  // and no move, which would leave a call of nothing
  Callable& operator=(const Callable&) = default;

  /// Runs with one value per placeholder, in the order of prepare; returns one Tensor per fetch.
  std::vector<Tensor> operator()(const std::vector<Tensor>& values = {},
                                 const RunOptions& options = {}) const;

 private:
  friend class Session;
  struct Impl;
  explicit Callable(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

/// Runs a graph, and holds the values of its variables. Every member function may be called from
/// several threads at once.
///
/// A run is a transaction: it sees all variables as they are at its start, and its assigns become
/// visible together when a step has succeeded. A step that fails leaves every variable as it was.
/// Throws RunError. Copies share variables and threads.
class Session {
 public:
  explicit Session(const Graph& graph, const SessionOptions& options = {},
                   SourceLocation where = SourceLocation::current());
  Session(const Session&) = default;  // and no move, which would leave a Session without variables
  Session& operator=(const Session&) = default;

  /// Computes `fetch`. Fetching an operation without output runs it and returns an empty Tensor.
  Tensor run(const Output& fetch, const RunOptions& options = {});
  Tensor run(const Output& fetch, const Feeds& feeds, const RunOptions& options = {});

  /// Computes several fetches in one step; returns one Tensor per fetch.
  std::vector<Tensor> run(std::initializer_list<Output> fetches, const RunOptions& options = {});
  std::vector<Tensor> run(std::initializer_list<Output> fetches, const Feeds& feeds,
                          const RunOptions& options = {});
  std::vector<Tensor> run(const std::vector<Output>& fetches, const RunOptions& options = {});
  std::vector<Tensor> run(const std::vector<Output>& fetches, const Feeds& feeds,
                          const RunOptions& options = {});

  /// run(fetch) for reading values: one step.
  Tensor eval(const Output& fetch, const Feeds& feeds = {},
              SourceLocation where = SourceLocation::current());

  /// Checks fetches and placeholders now, so that calls of the result pay for the run alone.
  Callable prepare(const std::vector<Output>& fetches, const std::vector<Output>& placeholders = {},
                   SourceLocation where = SourceLocation::current());

  /// What `run` would do with the same arguments, and why it is as parallel as it is. Runs nothing,
  /// but makes the plan and throws the RunErrors that `run` throws before it starts. With
  /// RunOptions::profile, and runs of these fetches and shapes of feeds on this session in it, by
  /// measured times instead of estimates.
  Explanation explain(const Output& fetch, const RunOptions& options = {});
  Explanation explain(const Output& fetch, const Feeds& feeds, const RunOptions& options = {});
  Explanation explain(std::initializer_list<Output> fetches, const RunOptions& options = {});
  Explanation explain(std::initializer_list<Output> fetches, const Feeds& feeds,
                      const RunOptions& options = {});
  Explanation explain(const std::vector<Output>& fetches, const RunOptions& options = {});
  Explanation explain(const std::vector<Output>& fetches, const Feeds& feeds,
                      const RunOptions& options = {});

  const Graph& graph() const;
  int threads() const;

 private:
  friend class Callable;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace deft
