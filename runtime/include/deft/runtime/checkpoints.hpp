#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/runtime/better.hpp>
#include <deft/runtime/checkpoint.hpp>
#include <deft/runtime/session.hpp>

namespace deft {

/// Optional arguments of Checkpoints.
struct CheckpointsOptions {
  std::int64_t keep = 3;            // how many of the newest stay, at least 1
  std::optional<Better> best = {};  // with it, the best one stays too, as "best.safetensors"
  std::vector<Output> variables{};  // default: all of the graph. The global step is always saved
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Optional arguments of Checkpoints::save.
struct CheckpointSaveOptions {
  std::optional<double> metric = {};  // of the state that is saved, to be the best one
  std::map<std::string, std::string> metadata = {};  // texts that restoring gives back
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The checkpoints of a training in a folder: "step-000000123.safetensors" is of global step 123.
///
///     Checkpoints checkpoints(graph, "run7", {.keep = 5, .best = Better::lower});
///     if (!checkpoints.restore_latest(session)) session.run(global_variables_initializer(graph));
///     while (...) {
///       session.run(train, {.steps = 1000});
///       checkpoints.save(session, {.metric = validation_loss});
///     }
///
/// Each is a file as `save` writes it, whole after a kill at any instant; a kill may leave one more
/// than are to be kept, which the next save removes. Files of other names are not touched. One
/// object saves from several threads in turn; there must not be two for one folder at a time.
class Checkpoints {
 public:
  /// Makes the folder, and the graph's global step (see global_step), where there is none: so make
  /// this before the initializer. Reads the metric of the best one, if there is one already. Throws
  /// FileError, also if `keep` is below 1.
  explicit Checkpoints(const Graph& graph, std::string folder,
                       const CheckpointsOptions& options = {});

  /// Saves one consistent state even while runs go on, and returns the path; a file of the same
  /// step is replaced, and all but the newest `keep` are removed. Before that, if the metric is the
  /// best so far, the state becomes "best.safetensors", with the metric in its metadata; a NaN or
  /// an infinity never is. Throws RunError if a variable has no value, and FileError, also if the
  /// folder has a checkpoint of a later step, which restore_latest would prefer.
  std::string save(const Session& session, const CheckpointSaveOptions& options = {});

  /// Restores, as `restore` does, the checkpoint of the highest step, or the best one. Gives
  /// nothing if there is none. Throws FileError; a damaged file is an error, since an older one in
  /// its stead would silently undo work.
  std::optional<Restored> restore_latest(Session& session,
                                         SourceLocation where = SourceLocation::current()) const;
  std::optional<Restored> restore_best(Session& session,
                                       SourceLocation where = SourceLocation::current()) const;

  /// The texts that the checkpoint of the highest step was saved with, such as the options of the
  /// training; nothing if there is none. Of the variables nothing is read.
  std::optional<std::map<std::string, std::string>> latest_metadata(
      SourceLocation where = SourceLocation::current()) const;

  /// The checkpoints, by step, the oldest first; without the best one.
  std::vector<std::string> paths(SourceLocation where = SourceLocation::current()) const;

 private:
  /// The metric that a better one must improve on: of the best one, if its file is still there.
  double to_beat(SourceLocation where) const;

  Graph graph_;
  std::string folder_;
  CheckpointsOptions options_;
  Output step_;
  std::mutex saving_;  // guards best_, and keeps saves in the order of their states
  double best_ = 0;    // the metric of the best one
};

}  // namespace deft
