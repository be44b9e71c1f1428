#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft::onnx {

/// Tensors [n, channels, spatial...] that were made as [n, spatial..., channels], the order in
/// which convolutions and pools are fastest: between operations that can take either, nothing is
/// transposed. A transpose that nobody needs in the end is never computed.
class ChannelsLast {
 public:
  /// x [n, channels, spatial...] as [n, spatial..., channels]: what it was made as, or a transpose.
  Output of(const Output& x);

  /// Whether x was made so.
  bool has(const Output& x) const { return made_as(x) != nullptr; }

  /// What `last` [n, spatial..., channels] is as [n, channels, spatial...]; it is remembered.
  Output first(const Output& last);

  /// Operands of an operation on single elements, all as [n, spatial..., channels], if one of them
  /// was made so and transposing the others costs nothing: they are single elements, or constants
  /// of the same rank.
  std::optional<std::vector<Output>> operands(const std::vector<Output>& inputs);

 private:
  using Key = std::pair<NodeId, std::uint32_t>;
  const Output* made_as(const Output& x) const;

  std::map<Key, Output> made_;    // with the channels last
  std::map<Key, Output> turned_;  // transposes of others
};

}  // namespace deft::onnx
