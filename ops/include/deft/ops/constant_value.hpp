#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// How much may be computed beforehand, so that a few bytes of a file that ask for a huge tensor
/// take neither memory nor time. A value that would need more is as one that is not known.
struct ConstantLimits {
  std::size_t bytes_of_value = std::size_t{16} << 20;
  double flops_of_value = 1e9;
  std::size_t bytes = std::size_t{256} << 20;  // of all values
  double flops = 1e10;
};

/// Values that are known without a run: of what depends on constants, and on shapes that are known,
/// alone. Such as the shape that a model computes for a reshape. What was computed once is kept, so
/// one object serves all questions about a graph. One thread at a time may use it.
class ConstantValues {
 public:
  explicit ConstantValues(const ConstantLimits& limits = {}) : limits_(limits) {}

  /// The value of `output`, computed on this thread; nothing if it depends on a placeholder, a
  /// variable, an operation with effects, an unknown dimension, or more than the limits allow.
  /// Throws what the kernels throw: RunError for an index out of range and the like.
  std::optional<Tensor> of(const Output& output);

  /// Whether some value is not known because of the limits.
  bool is_limited() const { return is_limited_; }

 private:
  using Values = std::optional<std::vector<Tensor>>;

  bool is_ready(const Graph& graph, NodeId id, std::vector<NodeId>& waiting) const;
  Values compute(const Graph& graph, const Node& node);
  bool affords(double flops, std::size_t bytes) const;
  Values limited();

  ConstantLimits limits_;
  std::size_t bytes_ = 0;  // of what was computed
  double flops_ = 0;
  bool is_limited_ = false;
  std::map<NodeId, Values> known_;  // of every node that was asked about
};

/// The same of one output, within the same limits.
std::optional<Tensor> constant_value(const Output& output);

}  // namespace deft
