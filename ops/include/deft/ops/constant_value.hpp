#pragma once

#include <map>
#include <optional>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// Values that are known without a run: of what depends on constants, and on shapes that are known,
/// alone. Such as the shape that a model computes for a reshape. What was computed once is kept, so
/// one object serves all questions about a graph. One thread at a time may use it.
class ConstantValues {
 public:
  /// The value of `output`, computed on this thread; nothing if it depends on a placeholder, a
  /// variable, an operation with effects, or an unknown dimension. Throws what the kernels throw:
  /// RunError for an index out of range and the like.
  std::optional<Tensor> of(const Output& output);

 private:
  using Values = std::optional<std::vector<Tensor>>;

  bool is_ready(const Graph& graph, NodeId id, std::vector<NodeId>& waiting) const;
  Values compute(const Graph& graph, const Node& node) const;

  std::map<NodeId, Values> known_;  // of every node that was asked about
};

/// The same of one output.
std::optional<Tensor> constant_value(const Output& output);

}  // namespace deft
