#pragma once

#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// An operation that does nothing and has no output; run it, or let others depend on it.
Output no_op(const Graph& graph, const NodeOptions& options = {});

/// An operation without output that is done when all of `outputs` are. At least one.
Output group(const std::vector<Output>& outputs, const NodeOptions& options = {});

}  // namespace deft
