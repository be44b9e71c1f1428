#pragma once

#include <exception>
#include <span>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>

namespace deft {

/// The concrete inputs of a node; empty where only the graph's are known.
using Inputs = std::span<const TensorSpec>;

/// A RunError about node `node`: its op, name, operands and line are added to `info`.
[[noreturn]] void refuse_node(const Node& node, const Graph& graph, ErrorInfo info,
                              Inputs inputs = {});

/// The exception that is being handled, thrown by `culprit` ("the kernel") of `node`, as a RunError
/// about that node.
std::exception_ptr failure_of(const char* culprit, const Node& node, const Graph& graph,
                              Inputs inputs = {});

/// "'w' (model.cpp:12)"
std::string name_and_line(const Node& node);

}  // namespace deft
