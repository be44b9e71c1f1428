#include "import/node_order.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <deft/core/error.hpp>

#include "text.hpp"

namespace deft::tensorflow {
namespace {

bool is_one_of(std::string_view op, std::initializer_list<std::string_view> ops) {
  return std::ranges::find(ops, op) != ops.end();
}

/// Whether `from` depends on nothing but constants and what is drawn at random.
bool is_free(const NodeIndex& nodes, std::string_view from) {
  std::vector<std::string_view> waiting{from};
  std::set<std::string_view> seen{from};
  while (!waiting.empty()) {
    const std::optional<std::size_t> at = nodes.find(waiting.back());
    waiting.pop_back();
    if (!at) return false;
    const NodeDef& node = nodes[*at];
    if (is_variable_op(node.op) || node.op.starts_with("Placeholder") || node.op == "RestoreV2")
      return false;
    for (const InputDef& input : node.inputs)
      if (seen.insert(input.node).second) waiting.push_back(input.node);
  }
  return true;
}

}  // namespace

NodeIndex::NodeIndex(const GraphDef& graph) : graph_(graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (!by_name_.emplace(graph.nodes[i].name, i).second)
      throw FileError({.code = ErrorCode::file_format,
                       .message = in_quotes(graph.source->name) + ": two nodes have the name " +
                                  in_quotes(graph.nodes[i].name),
                       .cure = "give a file that is whole",
                       .where = graph.source->where});
}

std::optional<std::size_t> NodeIndex::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return {};
  return found->second;
}

bool is_variable_op(std::string_view op) {
  return is_one_of(op, {"Variable", "VariableV2", "VarHandleOp"});
}

std::map<std::size_t, Initializer> find_initializers(const GraphDef& graph,
                                                     const NodeIndex& nodes) {
  std::map<std::string_view, std::string_view> stated;  // by variable, as a MetaGraphDef has it
  for (const VariableDef& variable : graph.variables) stated[variable.name] = variable.initializer;
  std::map<std::size_t, Initializer> found;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!is_variable_op(nodes[i].op)) continue;
    const auto named = stated.find(nodes[i].name);
    const std::string assign_name =
        named == stated.end() ? nodes[i].name + "/Assign" : std::string(named->second);
    const std::optional<std::size_t> assign = nodes.find(assign_name);
    if (!assign || !is_one_of(nodes[*assign].op, {"Assign", "AssignVariableOp"})) continue;
    const std::vector<InputDef>& inputs = nodes[*assign].inputs;
    if (inputs.size() < 2 || inputs[0].node != nodes[i].name || inputs[1].is_control) continue;
    if (is_free(nodes, inputs[1].node)) found[i] = {*assign, inputs[1]};
  }
  return found;
}

NodeOrder order_nodes(const NodeIndex& nodes,
                      const std::map<std::size_t, Initializer>& initializers,
                      const std::vector<std::size_t>& roots) {
  enum class State : std::uint8_t { unseen, open, done };
  std::vector<State> states(nodes.size(), State::unseen);
  struct Visit {
    std::size_t node;
    std::size_t next = 0;  // of its inputs
  };
  const auto inputs_of = [&](std::size_t node,
                             std::size_t next) -> std::optional<std::string_view> {
    const std::vector<InputDef>& inputs = nodes[node].inputs;
    if (next < inputs.size()) return inputs[next].node;
    const auto initializer = initializers.find(node);
    if (next == inputs.size() && initializer != initializers.end())
      return initializer->second.value.node;
    return {};
  };
  NodeOrder made;
  std::vector<Visit> path;
  for (const std::size_t root : roots) {
    if (states[root] == State::unseen) path.push_back({root});
    while (!path.empty()) {
      Visit& visit = path.back();
      states[visit.node] = State::open;
      const std::optional<std::string_view> input = inputs_of(visit.node, visit.next);
      if (!input) {
        states[visit.node] = State::done;
        made.order.push_back(visit.node);
        path.pop_back();
        continue;
      }
      ++visit.next;
      const std::optional<std::size_t> at = nodes.find(*input);
      if (!at || states[*at] == State::done) continue;
      if (states[*at] == State::open) {
        const auto begin = std::ranges::find(path, *at, &Visit::node);
        if (made.cycle.empty())
          for (auto i = begin; i != path.end(); ++i) made.cycle.push_back(i->node);
        continue;
      }
      path.push_back({*at});
    }
  }
  return made;
}

}  // namespace deft::tensorflow
