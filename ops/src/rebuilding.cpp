#include "rebuilding.hpp"

#include <deft/core/scope.hpp>
#include <deft/core/topology.hpp>

namespace deft {

void Rebuilding::replace(const Output& from, const Output& to) {
  std::vector<Output>& outputs = made_[from.node_id()];
  const auto size = static_cast<std::uint32_t>(from.node().outputs.size());
  for (auto i = static_cast<std::uint32_t>(outputs.size()); i < size; ++i)
    outputs.push_back(graph_.output({from.node_id(), i}));
  outputs[from.index()] = to;
}

void Rebuilding::build(const std::vector<NodeId>& roots) {
  for (const NodeId id : execution_order(graph_, roots)) {
    if (made_.contains(id)) continue;
    const Node& node = graph_.node(id);
    bool is_between = false;
    const auto now = [&](Endpoint before) {
      is_between = is_between || made_.contains(before.node);
      return (*this)(before);
    };
    std::vector<Output> inputs;
    inputs.reserve(node.inputs.size());
    for (const Endpoint input : node.inputs) inputs.push_back(now(input));
    std::vector<Output> waited_for;
    waited_for.reserve(node.control_inputs.size());
    for (const NodeId control : node.control_inputs) waited_for.push_back(now({control, 0}));
    if (is_between) add(id, inputs, waited_for);
  }
}

Output Rebuilding::operator()(Endpoint output) const {
  const auto found = made_.find(output.node);
  return found == made_.end() ? graph_.output(output) : found->second[output.index];
}

void Rebuilding::add(NodeId id, const std::vector<Output>& inputs,
                     const std::vector<Output>& waited_for) {
  const Node& node = graph_.node(id);
  const ForwardLocation location(graph_, node.where);
  const ControlDependencies after(graph_, waited_for);
  const Outputs added =
      graph_.add(*node.op, inputs, *node.attributes, {.name = node.base_name, .where = node.where});
  made_[id] = added.size() == 0 ? std::vector<Output>{Output(added)} : added.all();
}

}  // namespace deft
