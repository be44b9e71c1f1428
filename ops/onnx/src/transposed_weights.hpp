#pragma once

#include <map>
#include <optional>

#include <deft/core/graph.hpp>

namespace deft::onnx {

/// Constant matrices that are kept transposed: then a product with few rows, that of one example,
/// reads each of their columns at once.
class TransposedWeights {
 public:
  /// The transpose of x, as a constant; nothing unless x is a constant floating matrix of moderate
  /// size. Nodes that read the same elements, such as those of every iteration of a loop, share it:
  /// all copies together take no more than what they are copies of.
  std::optional<Output> of(const Output& x);

 private:
  std::map<const void*, Output> made_;  // by the memory of the elements, which the graph keeps
};

}  // namespace deft::onnx
