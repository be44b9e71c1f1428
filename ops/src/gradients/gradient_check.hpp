#pragma once

#include <exception>
#include <span>
#include <string>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/ops/gradients.hpp>

namespace deft {

/// Throws GradientError unless handles are not empty and of one graph, ys and xs are floating, and
/// each y has a seed or one element.
void check_gradient_arguments(const std::vector<Output>& ys, const std::vector<Output>& xs,
                              const GradientOptions& options);

/// Throws GradientError unless `given`, which errors call `list`, has one Output for each of the
/// `counterparts`, of which one is called `of`: of its graph, dtype and shape.
void check_counterparts(const std::string& list, const std::vector<Output>& given,
                        const std::string& of, const std::vector<Output>& counterparts,
                        const GradientOptions& options);

/// Throws GradientError unless the rule of `node` gave one entry per input, each of its graph and
/// dtype.
void check_rule_result(const Node& node, std::span<const Output> inputs,
                       const std::vector<Output>& entries);

/// The gradient rule of `node` did something wrong: "gave 1 entries for 2 inputs".
[[noreturn]] void refuse_rule(const Node& node, ErrorCode code, const std::string& message,
                              const std::string& cure = "mend the rule in the op's OpDef");

/// The gradient rule of `node` threw the exception that is being handled.
[[noreturn]] void refuse_failed_rule(const Node& node);

/// The op of node `id` has no gradient rule: names op, node and a path from a y to it.
[[noreturn]] void refuse_no_rule(const Graph& graph, NodeId id, const std::vector<Output>& ys,
                                 const GradientOptions& options);

/// No y depends on x.
[[noreturn]] void refuse_unconnected(const std::vector<Output>& ys, const Output& x,
                                     const GradientOptions& options);

}  // namespace deft
