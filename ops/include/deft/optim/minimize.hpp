#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/data/part.hpp>
#include <deft/optim/rules.hpp>

namespace deft {

/// A change of gradients, one per variable, before the rule sees them. It may keep slots. A
/// function object becomes one.
struct Transform {
  using Change = std::function<std::vector<Output>(OptimizerScope& scope,
                                                   const std::vector<Output>& gradients)>;

  Transform() = default;
  template <std::convertible_to<Change> F>
  Transform(F function) : change(std::move(function)) {}

  Change change;

  // Of one that averages the gradients of several processes:
  Part part = {};                                          // of the batch, which this process has
  std::function<Output(const Output& holds)> on_all = {};  // whether a bool scalar holds on all
};

/// All gradients times largest / norm, where the norm of all of them together, computed in f64, is
/// above `largest` (R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent
/// neural networks", 2013).
Transform clip_by_global_norm(double largest);

/// The same for each gradient by itself.
Transform clip_by_norm(double largest);

/// Each element within [-largest, largest].
Transform clip_by_value(double largest);

/// The root of the sum of squares of all elements, an f64 scalar, computed in f64: infinite for f64
/// elements beyond 1e154.
Output global_norm(const std::vector<Output>& xs);

/// What an update does with gradients that hold a NaN or an infinity.
enum class NonFinite : std::uint8_t {
  error,      // the run fails and names the first variable; the step is undone. (Slots of finite
              // gradients may overflow all the same.)
  skip,       // variables and slots stay as they are, and Training::skipped counts
  propagate,  // nothing
};

/// Optional arguments of minimize.
struct MinimizeOptions {
  std::vector<Transform> before = {};  // in order; the rule follows
  // Equal shards of the batch of all processes: gradients are those of each, added in the order of
  // a binary tree, with the same bits for 1, 2, 4 or more processes. A power of two; 0: the batch
  // is not cut. The loss must be a mean over the examples, which weigh the same. See on_one_shard.
  std::int64_t shards = 0;
  std::vector<Output> batch = {};  // of this process: the tensors whose rows are cut
  std::int64_t accumulate =
      1;               // steps whose gradients make one update: sum(weight g) / sum(weight)
  Output weight = {};  // of the step, a floating scalar; default: 1
  NonFinite non_finite = NonFinite::error;
  std::string_view name = "train";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// A step of training, and what is worth watching. What is computed of `updated` and a parameter
/// together reads the new value of both: see "What assign means" in runtime/README.md.
struct Training {
  Output step;           // the operation: fetch it, with RunOptions{.steps = n} n times
  Output loss;           // before the update; with shards, their mean in this process
  Output count;          // updates made, an i64 variable
  Output updated_count;  // its value after the step
  Output skipped;        // updates that were skipped, an i64 variable; empty unless asked for
  Output gradient_norm;  // of all gradients before transformations, f64
  std::vector<Output> parameters;  // variables that it changes, in order of their names
  std::vector<Output> updated;     // their values after the step, in the same order
  std::vector<Output> slots;       // variables of rules and transformations

  operator Output() const { return step; }
};

/// Variables that share a rule.
struct Parameters {
  std::vector<Output> variables;
  Rule rule;
};

/// A step that changes variables so that `loss`, a floating scalar, falls, and advances the global
/// step. All variables are read as they were before the step and written together when it has
/// succeeded. Without a list of them, those are changed that are trainable and that a gradient of
/// the loss reaches. Every step, also one that accumulates or is skipped, runs the companions of
/// what the loss depends on (see deft/ops/companions.hpp), such as the statistics of BatchNorm.
/// Throws GraphError for a variable that is listed twice, is not trainable or without a gradient,
/// if there is none, and if what shards need is missing: see on_one_shard and sum_over_shards.
/// Companions are refused with shards, since they would see a whole batch.
Training minimize(const Output& loss, const Rule& rule, const MinimizeOptions& options = {});
Training minimize(const Output& loss, const std::vector<Output>& variables, const Rule& rule,
                  const MinimizeOptions& options = {});
Training minimize(const Output& loss, const std::vector<Parameters>& groups,
                  const MinimizeOptions& options = {});

/// The same with gradients that are given, one per variable. There is no loss that would tell of
/// companions: run group(companions({loss})) beside the step.
Training apply_gradients(const std::vector<Output>& gradients, const std::vector<Output>& variables,
                         const Rule& rule, const MinimizeOptions& options = {});

/// The trainable variables from which a path leads to `y` through values, not only shapes, and
/// whose names match `glob`, in which * stands for any characters and ? for one; in order of their
/// names.
std::vector<Output> parameters(const Output& y, std::string_view glob = "*");

/// Averages of what a training leaves in its parameters: average = decay average + (1 - decay) w,
/// made by each of its updates (B. Polyak and A. Juditsky, "Acceleration of stochastic
/// approximation by averaging", 1992). The first one averages with the parameters as they were
/// before it; until then averages are 0.
struct MovingAverage {
  Training training;             // its step updates the averages too
  std::vector<Output> averages;  // variables "<parameter>/average", in the order of the parameters
};
MovingAverage moving_average(const Training& training, double decay,
                             SourceLocation where = SourceLocation::current());

}  // namespace deft
