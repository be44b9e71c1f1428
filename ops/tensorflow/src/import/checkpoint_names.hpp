#pragma once

#include <map>
#include <string>

#include <deft/core/graph.hpp>

#include "import/node_order.hpp"

namespace deft::tensorflow {

/// The variables, which are given by the names of their nodes, by the names that checkpoints have
/// for them: those that the graph's node SaveV2 says, and the node's where there is none.
std::map<std::string, Output, std::less<>> by_checkpoint_name(
    const NodeIndex& nodes, std::map<std::string, Output, std::less<>> variables);

}  // namespace deft::tensorflow
