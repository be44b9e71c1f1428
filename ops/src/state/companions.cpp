#include <deft/ops/companions.hpp>

#include <map>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/core/topology.hpp>

#include "rebuilding.hpp"

namespace deft {
namespace builtin {

extern const OpDef assign;

}  // namespace builtin

namespace {

// Attributes of an assign: of a companion, the node that owns it; of one that was built anew, the
// companion that it repeats and the assign that it follows.
constexpr const char* owner_attribute = "companion_of";
constexpr const char* repeated_attribute = "repeats";
constexpr const char* previous_attribute = "after";

std::int64_t number(NodeId id) { return static_cast<std::int64_t>(id); }

NodeId id_in(const Node& node, const char* attribute) {
  return static_cast<NodeId>(node.attributes->get<std::int64_t>(attribute));
}

/// (the companion, the assign that it follows) -> the assign that repeats it there.
using Repeated = std::map<std::pair<NodeId, NodeId>, Output>;

/// The assign of the companion `of`, made so that it follows `previous`.
Output repeated_after(const Output& previous, const Output& of, Repeated& repeated) {
  const auto [at, is_new] = repeated.try_emplace({of.node_id(), previous.node_id()});
  if (!is_new) return at->second;
  const Graph graph = of.graph();
  const Node& node = of.node();
  const NameScope root(graph, "/");
  const Output variable = graph.output(node.inputs[0]);
  Rebuilding rebuilt(graph);
  rebuilt.replace(variable, previous);
  std::vector<NodeId> roots(node.control_inputs.begin(), node.control_inputs.end());
  roots.push_back(node.inputs[1].node);
  rebuilt.build(roots);
  std::vector<Output> waited_for{previous};
  for (const NodeId control : node.control_inputs)
    if (control != variable.node_id()) waited_for.push_back(rebuilt({control, 0}));
  const ForwardLocation location(graph, node.where);
  const ControlDependencies after(graph, waited_for);
  at->second = graph.add(builtin::assign, {variable, rebuilt(node.inputs[1])},
                         {{repeated_attribute, number(of.node_id())},
                          {previous_attribute, number(previous.node_id())}},
                         {.name = node.base_name, .where = node.where});
  return at->second;
}

/// By node: whether `ys` depend on it.
std::vector<bool> needed_for(const std::vector<Output>& ys, const Graph& graph,
                             SourceLocation where) {
  std::vector<NodeId> roots;
  roots.reserve(ys.size());
  for (const Output& y : ys) {
    if (!(y.graph(where) == graph))
      throw GraphError({.code = ErrorCode::wrong_graph,
                        .message = "'" + y.name() + "' belongs to another graph than '" +
                                   ys.front().name() + "'",
                        .cure = "ask for the companions of outputs of one graph",
                        .op = "companions",
                        .where = where});
    roots.push_back(y.node_id());
  }
  std::vector<bool> needed(graph.num_nodes());
  for (const NodeId id : execution_order(graph, roots)) needed[id] = true;
  return needed;
}

}  // namespace

Output companion_assign(const Output& owner, const Output& variable, const Output& value,
                        const NodeOptions& options) {
  const auto refuse = [&](ErrorCode code, const std::string& message, const std::string& cure) {
    throw GraphError({.code = code,
                      .message = message,
                      .cure = cure,
                      .op = "companion_assign",
                      .node = std::string(options.name),
                      .where = options.where});
  };
  if (owner.is_empty())
    refuse(ErrorCode::empty_handle, "the owner is an empty Output",
           "give it the result of a builder");
  if (!variable.is_empty() && !(owner.graph() == variable.graph()))
    refuse(ErrorCode::wrong_graph,
           "the owner, '" + owner.name() + "', belongs to another graph than '" + variable.name() +
               "'",
           "give it a variable of its graph");
  return add_node(builtin::assign, {variable, value}, {{owner_attribute, number(owner.node_id())}},
                  options);
}

std::vector<Output> companions(const std::vector<Output>& ys, SourceLocation where) {
  if (ys.empty()) return {};
  const Graph graph = ys.front().graph(where);
  const std::vector<bool> needed = needed_for(ys, graph, where);
  std::vector<Output> found;
  Repeated repeated;
  for (NodeId id = 0; id < needed.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.op != &builtin::assign) continue;
    if (node.attributes->find(owner_attribute) != nullptr) {
      if (needed[id_in(node, owner_attribute)]) found.push_back(graph.output({id, 0}));
    } else if (node.attributes->find(repeated_attribute) != nullptr) {
      const std::pair key(id_in(node, repeated_attribute), id_in(node, previous_attribute));
      repeated.emplace(key, graph.output({id, 0}));
    }
  }
  std::map<NodeId, Output> last;  // of the assigns to a variable
  for (const Output& companion : found) {
    Output& of_variable = last[companion.node().inputs[0].node];
    of_variable =
        of_variable.is_empty() ? companion : repeated_after(of_variable, companion, repeated);
  }
  std::vector<Output> operations;
  operations.reserve(last.size());
  for (const auto& [variable, assign] : last) operations.push_back(assign);
  return operations;
}

}  // namespace deft
