#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

#include "plan.hpp"

namespace deft {

/// The values of a session's variables: what the last complete step left.
class VariableStore {
 public:
  /// One consistent state of the plan's variables; empty tensors for those that are only written.
  /// Throws RunError that lists all variables that are read but have no value yet.
  std::vector<Tensor> read(const Plan& plan, SourceLocation where) const;

  /// Makes new values visible, all at once.
  void write(const std::vector<std::pair<NodeId, Tensor>>& values);

  /// Held by a run that writes, from its first read to its last write.
  std::mutex& writer() { return writer_; }

 private:
  std::mutex writer_;
  mutable std::mutex mutex_;  // guards values_
  std::unordered_map<NodeId, Tensor> values_;
};

}  // namespace deft
