#pragma once

#include <vector>

#include <deft/ops/gradients.hpp>

namespace deft {

/// Throws GradientError unless handles are not empty and of one graph, ys and xs are floating, and
/// each y has a seed or one element.
void check_gradient_arguments(const std::vector<Output>& ys, const std::vector<Output>& xs,
                              const GradientOptions& options);

/// Throws InternalError or, for a user's op, GradientError unless a rule gave one entry of the
/// right dtype per input.
void check_rule_result(const Node& node, const std::vector<Output>& inputs,
                       const std::vector<Output>& entries);

/// The op of node `id` has no gradient rule: names op, node and a path from a y to it.
[[noreturn]] void refuse_no_rule(const Graph& graph, NodeId id, const std::vector<Output>& ys,
                                 const GradientOptions& options);

/// No y depends on x.
[[noreturn]] void refuse_unconnected(const std::vector<Output>& ys, const Output& x,
                                     const GradientOptions& options);

}  // namespace deft
