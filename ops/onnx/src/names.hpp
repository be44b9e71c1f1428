#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto.hpp"

namespace deft::onnx {

/// The name of a node of the graph for a name of the model: what deft does not allow in names
/// becomes '_'.
std::string node_name(std::string_view name);

/// The names that a node reads: its inputs, what the graphs among its attributes, branches and
/// bodies of loops, take from around them, and what a Gradient names in its attributes.
std::vector<std::string> all_inputs(const NodeProto& node);

}  // namespace deft::onnx
