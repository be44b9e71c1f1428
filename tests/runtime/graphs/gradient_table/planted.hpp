#pragma once

#include <cstddef>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// What is wrong with a rule: `fault` is applied to its entry for one input.
struct PlantedFault {
  OpDef::Gradient rule = nullptr;
  std::size_t input = 0;
  Output (*fault)(const Output& entry) = nullptr;
  bool called = false;   // the rule was
  bool applied = false;  // the fault was: the entry is not a known zero
};

/// The fault of planted_rule: an OpDef holds function pointers, which have no state.
inline PlantedFault planted;

inline std::vector<Output> planted_rule(const GradientContext& context) {
  std::vector<Output> entries = planted.rule(context);
  planted.called = true;
  if (planted.input < entries.size() && !entries[planted.input].is_empty()) {
    entries[planted.input] = planted.fault(entries[planted.input]);
    planted.applied = true;
  }
  return entries;
}

/// A copy of `graph`, node by node, in which `to` stands for `from`.
inline Graph with_op_replaced(const Graph& graph, const OpDef& from, const OpDef& to) {
  const Graph copy;
  for (NodeId id = 0; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    std::vector<Output> inputs;
    for (const Endpoint input : node.inputs) inputs.push_back(copy.output(input));
    copy.add(node.op == &from ? to : *node.op, inputs, *node.attributes, {});
  }
  return copy;
}

}  // namespace deft
