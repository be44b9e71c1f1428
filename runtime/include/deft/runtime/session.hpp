#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <memory>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/runtime/explanation.hpp>
#include <deft/runtime/options.hpp>
#include <deft/runtime/run_arguments.hpp>

namespace deft {

class StepGroup;

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

  // run(what, feeds, options): feeds and options may be left out, both or either.
  //
  //     what to compute            gives
  //     x                          Tensor
  //     {x, y}, or a vector        std::vector<Tensor>, one per Output
  //     x, y, and so on            std::array<Tensor, n>, for `auto [a, b] = session.run(x, y);`
  //
  // All that is asked for at once is computed in one step. Running an operation without output
  // gives an empty Tensor for it.

  template <std::convertible_to<Output> Fetch>
  Tensor run(const Fetch& fetch, const RunOptions& options = {}) {
    return run_one(fetch, {}, options);
  }
  template <std::convertible_to<Output> Fetch>
  Tensor run(const Fetch& fetch, const Feeds& feeds, const RunOptions& options = {}) {
    return run_one(fetch, feeds, options);
  }

  std::vector<Tensor> run(const Fetches& fetches, const RunOptions& options = {});
  std::vector<Tensor> run(const Fetches& fetches, const Feeds& feeds,
                          const RunOptions& options = {});

  /// Here feeds and options are recognised by their types, which must be written: `auto [a, b] =
  /// session.run(x, y, Feeds{{z, batch}}, RunOptions{.steps = 10});`.
  template <std::convertible_to<Output> Second, class... Others>
  std::array<Tensor, 2 + num_fetches<Others...>> run(const LocatedOutput& first,
                                                     const Second& second,
                                                     const Others&... others) {
    const RunArguments arguments(first, second, others...);
    std::vector<Tensor> values = run(arguments.fetches, arguments.feeds, arguments.options);
    std::array<Tensor, 2 + num_fetches<Others...>> results;
    std::move(values.begin(), values.end(), results.begin());
    return results;
  }

  /// run(fetch, feeds): one step, for reading.
  Tensor eval(const Output& fetch, const Feeds& feeds = {},
              SourceLocation where = SourceLocation::current());

  /// The value of a variable: what the last complete step left, or `set`. Makes no plan, and waits
  /// for no run. Throws RunError if it has none yet.
  Tensor value(const Output& variable, SourceLocation where = SourceLocation::current()) const;

  /// Gives a variable a value of its dtype and shape, as a run of an assign does: runs that write
  /// take turns with it, and a run that is under way goes on with what it has read. The value may
  /// be the first one: then the variable needs no initializer.
  void set(const Output& variable, const Tensor& value,
           SourceLocation where = SourceLocation::current());

  /// The values of some variables, of one consistent state, and as many new ones, which become
  /// visible all at once, or none where one is refused. As `value` and `set`.
  std::vector<Tensor> values(const std::vector<Output>& variables,
                             SourceLocation where = SourceLocation::current()) const;
  void set(const std::vector<std::pair<Output, Tensor>>& values,
           SourceLocation where = SourceLocation::current());

  /// A session of the same graph and options that shares nothing with this one, and whose variables
  /// have the values, of one consistent state, that they have here: for what is to be tried out.
  Session clone(SourceLocation where = SourceLocation::current()) const;

  /// Makes the variables, and the number of steps done with a group, those of all its ranks: of the
  /// rank that has done most steps with it, of several the first. If the group is broken, it meets
  /// again first. All ranks call it, once at the beginning, so that they begin with the same
  /// values, and after a failure. A process that was started in the place of one that died
  /// is so given all. Throws RunError.
  void rejoin(StepGroup& group, SourceLocation where = SourceLocation::current());

  /// Checks fetches and placeholders now, so that calls of the result pay for the run alone.
  Callable prepare(const Fetches& fetches, const std::vector<Output>& placeholders = {},
                   SourceLocation where = SourceLocation::current());

  /// What `run` would do with the same arguments, and why it is as parallel as it is. Runs nothing,
  /// but makes the plan and throws the RunErrors that `run` throws before it starts. With
  /// RunOptions::profile, and runs of these fetches and shapes of feeds on this session in it, by
  /// measured times instead of estimates.
  Explanation explain(const Fetches& fetches, const RunOptions& options = {});
  Explanation explain(const Fetches& fetches, const Feeds& feeds, const RunOptions& options = {});

  const Graph& graph() const;
  int threads() const;

 private:
  friend class Callable;
  struct Impl;
  Tensor run_one(const Output& fetch, const Feeds& feeds, const RunOptions& options);

  std::shared_ptr<Impl> impl_;
};

}  // namespace deft
