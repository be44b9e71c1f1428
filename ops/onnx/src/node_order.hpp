#pragma once

#include <functional>
#include <string>
#include <vector>

#include "proto.hpp"

namespace deft::onnx {

/// Why the nodes of a graph have no order.
struct NoOrder {
  std::string problem;
};

/// The nodes that `wanted` depend on, each after those that it depends on. `is_given` says whether
/// a value that none of them makes is known all the same. Throws NoOrder if a value is made by two
/// nodes, by none, or depends on itself.
std::vector<const NodeProto*> needed_nodes(const std::vector<NodeProto>& nodes,
                                           const std::vector<std::string>& wanted,
                                           const std::function<bool(const std::string&)>& is_given);

}  // namespace deft::onnx
