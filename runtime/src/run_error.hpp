#pragma once

#include <exception>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>

namespace deft {

/// A RunError about node `node`: its op, name, operands and line are added to `info`.
[[noreturn]] void refuse_node(const Node& node, const Graph& graph, ErrorInfo info);

/// The exception that is being handled, thrown by the kernel of `node`, as a RunError about that
/// node.
std::exception_ptr kernel_failure(const Graph& graph, const Node& node);

/// "'w' (model.cpp:12)"
std::string name_and_line(const Node& node);

}  // namespace deft
