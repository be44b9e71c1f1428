#include "plan_edges.hpp"

#include <algorithm>
#include <set>

#include "run_error.hpp"

namespace deft {
namespace {

std::string quoted(const Node& node) { return "'" + node.name() + "'"; }

}  // namespace

PlanEdges::PlanEdges(const Plan& plan) : plan_(plan) {
  for (std::uint32_t i = 0; i < plan.instructions.size(); ++i)
    for (const NodeId node : plan.nodes_of(i)) instruction_of_.emplace(node, i);
  for (const auto& [before, after] : plan.graph.added_control_edges())
    added_[after].push_back(before);
}

std::vector<PlanEdges::Edge> PlanEdges::edges_into(NodeId id) const {
  const Node& node = plan_.graph.node(id);
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < node.inputs.size(); ++i)
    if (node.op->needs_value(i))
      edges.push_back({.from = node.inputs[i].node, .output = node.inputs[i].index});
  for (const NodeId before : node.control_inputs)
    edges.push_back({.from = before, .control = true});
  if (const auto found = added_.find(id); found != added_.end())
    for (const NodeId before : found->second) edges.push_back({.from = before, .control = true});
  return edges;
}

/// A shortest path of edges from `before` to `after`, in that order; empty if there is none.
std::vector<PlanEdges::Edge> PlanEdges::path(std::uint32_t before, std::uint32_t after) const {
  const auto instruction_of = [&](NodeId node) {
    const auto found = instruction_of_.find(node);
    return found == instruction_of_.end() ? none : found->second;
  };
  std::vector<Edge> queue;
  std::set<NodeId> seen;
  const auto expand = [&](NodeId into, std::uint32_t next) {
    for (Edge edge : edges_into(into)) {
      edge.next = next;
      edge.control_on_path = edge.control || (next != none && queue[next].control_on_path);
      if (instruction_of(edge.from) == after) continue;  // inside a fused group
      if (instruction_of(edge.from) == before || seen.insert(edge.from).second)
        queue.push_back(edge);
    }
  };
  for (const NodeId node : plan_.nodes_of(after)) expand(node, none);
  for (std::uint32_t i = 0; i < queue.size(); ++i) {
    const NodeId from = queue[i].from;
    if (instruction_of(from) == before) {
      std::vector<Edge> found;
      for (std::uint32_t e = i; e != none; e = queue[e].next) found.push_back(queue[e]);
      return found;
    }
    if (instruction_of(from) == none) expand(from, i);
  }
  return {};
}

/// The first assign among the nodes that a path leaves, or null. It need not be an instruction: a
/// value may be made where the variable will find it.
const Node* PlanEdges::assign_on(const std::vector<Edge>& edges) const {
  for (const Edge& edge : edges)
    if (const Node& node = plan_.graph.node(edge.from); node.op->effect == Effect::writes_variable)
      return &node;
  return nullptr;
}

/// True if `after` takes a value that `before` makes.
bool PlanEdges::takes_output(std::uint32_t before, std::uint32_t after) const {
  const Instruction& instruction = plan_.instructions[after];
  const std::span<const ValueId> outputs = plan_.outputs_of(before);
  const std::span inputs(plan_.args.data() + instruction.first_arg, instruction.num_inputs);
  return std::ranges::any_of(inputs, [&](ValueId input) {
    return input != none && std::ranges::find(outputs, input) != outputs.end();
  });
}

/// "the new value of variable 'w'", if the path leads through an assign; else "".
std::string PlanEdges::written_on(const std::vector<Edge>& edges) const {
  const Node* assign = assign_on(edges);
  if (assign == nullptr) return {};
  return "the new value of variable " + quoted(plan_.graph.node(assign->inputs[0].node));
}

std::string PlanEdges::describe_data(const std::vector<Edge>& edges) const {
  const Node& from = plan_.graph.node(edges.front().from);
  const Node& taken = plan_.graph.node(edges.back().from);
  const std::uint32_t output = edges.back().output;
  const std::string text =
      "tensor '" + taken.output_name(output) + "' " + to_string(taken.outputs[output]);
  const std::string written = written_on(edges);
  if (edges.size() == 1) return written.empty() ? text : text + ", " + written;
  return text + ", which is " + quoted(from) +
         (written.empty() ? " under another name or shape" : " as " + written);
}

std::string PlanEdges::describe(std::uint32_t before, std::uint32_t after) const {
  const std::vector<Edge> edges = path(before, after);
  if (edges.empty()) return "the order of the plan";
  if (!edges.front().control_on_path) return describe_data(edges);
  std::string text = "control dependency";
  if (edges.size() > 1) text += " through " + name_and_line(plan_.graph.node(edges.back().from));
  // A control dependency on an assign may change what a reader of the variable sees.
  if (const std::string written = written_on(edges);
      !written.empty() && takes_output(before, after))
    text += ", after which " + quoted(plan_.graph.node(plan_.instructions[after].node)) +
            " reads " + written;
  return text;
}

}  // namespace deft
