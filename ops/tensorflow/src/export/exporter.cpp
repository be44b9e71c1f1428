#include "export/exporter.hpp"

#include <algorithm>
#include <set>

#include <deft/core/error.hpp>
#include <deft/core/topology.hpp>
#include <deft/ops/state.hpp>

#include "text.hpp"

namespace deft::tensorflow {

Exporter::Exporter(const std::vector<Output>& outputs, const ExportGraphDefOptions& options)
    : outputs_(outputs), options_(options) {
  const auto refuse = [&](ErrorCode code, const char* message, const char* cure) {
    throw GraphError({.code = code,
                      .message = message,
                      .cure = cure,
                      .op = "export_graph_def",
                      .where = options.where});
  };
  if (outputs.empty())
    refuse(ErrorCode::invalid_argument, "nothing is to be exported", "give at least one output");
  graph_ = outputs.front().graph(options.where);
  for (const Output& output : outputs)
    if (!(output.graph(options.where) == graph_))
      refuse(ErrorCode::wrong_graph, "outputs are of different graphs", "give those of one graph");
  for (const auto& given : options.values)
    if (given.first.is_empty() || !(given.first.graph() == graph_) || !is_variable(given.first) ||
        given.first.spec() != given.second.spec())
      refuse(ErrorCode::invalid_argument,
             "what is given in .values is no variable of the graph, or has another dtype or shape",
             "give pairs of a variable and its value");
}

std::string Exporter::write() {
  for (const auto& edge : graph_.added_control_edges())
    added_waits_[edge.second].push_back(edge.first);
  find_initializers();
  collect();
  follow_assigns();
  std::vector<std::string> problems;
  for (const NodeId id : order_)  // before other nodes can have these names
    if (is_variable_node(id)) {
      names_[id] = out_.reserve(graph_.node(id).name());
      initial_assigns_[id] = out_.unique(names_[id] + "/Assign");
    }
  for (const NodeId id : order_)
    if (!is_variable_node(id)) names_[id] = out_.reserve(graph_.node(id).name());
  for (const NodeId id : order_) {
    try {
      write_node(id);
    } catch (const Inexpressible& reason) {
      const Node& node = graph_.node(id);
      problems.push_back("\n  " + std::string(node.op->name) + " " + in_quotes(node.name()) + ": " +
                         reason.reason);
    }
  }
  if (!problems.empty()) refuse_all(problems);
  return std::move(out_).finish();
}

void Exporter::find_initializers() {
  const auto size = static_cast<NodeId>(graph_.num_nodes());
  for (NodeId id = 0; id < size; ++id) {
    const Node& node = graph_.node(id);
    if (node.op->name == "initialize") initializers_.emplace(node.inputs[0].node, id);
  }
}

/// What a node waits for, but the initial value of a variable where another one is given.
std::vector<NodeId> Exporter::waited_for(NodeId id) const {
  const Node& node = graph_.node(id);
  std::vector<NodeId> all(node.control_inputs.begin(), node.control_inputs.end());
  const bool is_given = node.op->name == "initialize" && value_of(node.inputs[0].node) != nullptr;
  for (std::size_t i = 0; i < (is_given ? 1 : node.inputs.size()); ++i)
    all.push_back(node.inputs[i].node);
  const auto added = added_waits_.find(id);
  if (added != added_waits_.end())
    all.insert(all.end(), added->second.begin(), added->second.end());
  return all;
}

/// The nodes that the outputs need, and those that the initial values of their variables need.
void Exporter::collect() {
  std::vector<NodeId> roots;
  for (const Output& output : outputs_) roots.push_back(output.node_id());
  std::set<NodeId> needed(roots.begin(), roots.end());
  std::vector<NodeId> waiting = roots;
  const auto need = [&](NodeId id) {
    if (needed.insert(id).second) waiting.push_back(id);
  };
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    for (const NodeId before : waited_for(id)) need(before);
    if (graph_.node(id).op->effect == Effect::writes_variable)
      assigned_.insert(graph_.node(id).inputs[0].node);
    const auto initializer = initializers_.find(id);
    if (initializer == initializers_.end() || value_of(id) != nullptr) continue;
    const NodeId initial = graph_.node(initializer->second).inputs[1].node;
    need(initial);
    roots.push_back(initial);
  }
  for (const NodeId id : execution_order(graph_, roots))
    if (needed.contains(id)) order_.push_back(id);
}

void Exporter::follow_assigns() {
  std::map<NodeId, std::size_t> positions;
  for (std::size_t i = 0; i < order_.size(); ++i) positions[order_[i]] = i;
  for (const NodeId id : order_) {
    Assigns assigns;
    const auto add = [&](NodeId variable, NodeId assign) {
      NodeId& last = assigns.try_emplace(variable, assign).first->second;
      if (positions.at(last) < positions.at(assign)) last = assign;
    };
    const auto follow = [&](NodeId from) {
      for (const auto& before : assigns_before_[from]) add(before.first, before.second);
      if (graph_.node(from).op->effect == Effect::writes_variable)
        add(graph_.node(from).inputs[0].node, from);
    };
    for (const NodeId before : waited_for(id)) follow(before);
    assigns_before_[id] = std::move(assigns);
  }
}

const Tensor* Exporter::value_of(NodeId variable) const {
  for (const auto& given : options_.values)
    if (given.first.node_id() == variable) return &given.second;
  return nullptr;
}

bool Exporter::is_frozen(NodeId variable) const {
  return options_.freeze && !assigned_.contains(variable);
}

std::string Exporter::read_of(NodeId reader, NodeId variable) const {
  const Assigns& before = assigns_before_.at(reader);
  const auto assigned = before.find(variable);
  return assigned == before.end() ? reads_.at(variable) : tensors_.at(assigned->second).at(0);
}

std::string Exporter::tensor_of(NodeId reader, Endpoint from) const {
  if (is_variable_node(from.node)) return read_of(reader, from.node);
  return tensors_.at(from.node).at(from.index);
}

std::set<NodeId> Exporter::all_after(std::set<NodeId> nodes) const {
  for (const NodeId id : order_)
    for (const NodeId before : waited_for(id))
      if (nodes.contains(before)) nodes.insert(id);
  return nodes;
}

/// Whether an assign must come after the reads of the value that the variable has at the start.
/// That of a value that depends on no variable and nothing that is fed, an initial value, need not
/// where nothing waits for both: it is to run before the variable has any value.
bool Exporter::waits_for_reads(NodeId assign) const {
  const NodeId variable = graph_.node(assign).inputs[0].node;
  const NodeId value = graph_.node(assign).inputs[1].node;
  const std::string_view op = graph_.node(assign).op->name;
  if (op == "assign_add" || op == "assign_sub") return true;
  const bool is_given = op == "initialize" && value_of(variable) != nullptr;
  const NodeId root[] = {value};
  const std::vector<NodeId> needed = execution_order(graph_, root);
  const bool is_free = std::ranges::none_of(needed, [&](NodeId id) {
    const Effect effect = graph_.node(id).op->effect;
    return effect != Effect::none;
  });
  if (!is_given && !is_free) return true;
  std::set<NodeId> readers;
  for (const NodeId id : order_)
    for (const Endpoint input : graph_.node(id).inputs)
      if (input.node == variable && !assigns_before_.at(id).contains(variable) &&
          graph_.node(id).op->effect != Effect::writes_variable)
        readers.insert(id);
  const std::set<NodeId> after_assign = all_after({assign});
  return std::ranges::any_of(all_after(readers),
                             [&](NodeId id) { return after_assign.contains(id); });
}

std::vector<std::string> Exporter::controls_of(NodeId id) const {
  std::vector<std::string> controls;
  const auto add = [&](NodeId before) {
    if (!is_variable_node(before)) controls.push_back("^" + names_.at(before));
  };
  for (const NodeId before : graph_.node(id).control_inputs) add(before);
  const auto added = added_waits_.find(id);
  if (added != added_waits_.end())
    for (const NodeId before : added->second) add(before);
  return controls;
}

void Exporter::write_node(NodeId id) {
  const Node& node = graph_.node(id);
  if (is_variable_node(id)) return write_variable(id);
  if (node.op->effect == Effect::writes_variable) return write_assign(id);
  std::vector<std::string> inputs;
  for (const Endpoint input : node.inputs) {
    if (graph_.node(input.node).outputs.empty())
      inputs.push_back("^" + names_.at(input.node));
    else
      inputs.push_back(tensor_of(id, input));
  }
  // Of a node that cannot be written, too: what follows it has no fault of its own.
  std::vector<std::string>& tensors = tensors_[id];
  for (std::size_t i = 0; i < node.outputs.size(); ++i)
    tensors.push_back(names_.at(id) + (i == 0 ? "" : ":" + std::to_string(i)));
  const ExportHandler handler = find_export_handler(node.op->name);
  if (handler == nullptr) throw Inexpressible{"deft knows no op of TensorFlow's for it"};
  handler(NodeWriter(out_, graph_, node, names_.at(id), std::move(inputs), controls_of(id)));
}

void Exporter::write_variable(NodeId id) {
  const Node& node = graph_.node(id);
  const std::string& name = names_.at(id);
  const TensorSpec& spec = node.outputs[0];
  if (is_frozen(id)) {
    reads_[id] = name;
    const Tensor* const value = value_of(id);
    if (value == nullptr)
      throw Inexpressible{"it is to be frozen, but .values has no value for it"};
    out_.add(name, "Const", {}, {{"dtype", spec.dtype}, {"value", *value}});
    return;
  }
  out_.add(name, "VarHandleOp", {},
           {{"dtype", spec.dtype},
            {"shape", spec.shape},
            {"container", std::string()},
            {"shared_name", name}});
  reads_[id] = out_.unique(name + "/read");
  out_.add(reads_[id], "ReadVariableOp", {name}, {{"dtype", spec.dtype}});
  write_initializer(id);
}

void Exporter::write_initializer(NodeId variable) {
  const std::string& name = names_.at(variable);
  const DType dtype = graph_.node(variable).outputs[0].dtype;
  std::string value;
  if (const Tensor* const given = value_of(variable)) {
    value = out_.unique(name + "/value");
    out_.add(value, "Const", {}, {{"dtype", dtype}, {"value", *given}});
  } else {
    const auto initializer = initializers_.find(variable);
    if (initializer == initializers_.end()) return;
    const Endpoint initial = graph_.node(initializer->second).inputs[1];
    if (is_variable_node(initial.node))
      throw Inexpressible{"its initial value is another variable; give one in .values"};
    value =
        names_.at(initial.node) + (initial.index == 0 ? "" : ":" + std::to_string(initial.index));
  }
  out_.add(initial_assigns_.at(variable), "AssignVariableOp", {name, value}, {{"dtype", dtype}});
}

/// The new value; the assign of it, behind the read of the old one; and the node itself, which
/// gives the value once it is assigned.
void Exporter::write_assign(NodeId id) {
  const Node& node = graph_.node(id);
  const std::string& name = names_.at(id);
  const NodeId variable = node.inputs[0].node;
  const DType dtype = node.outputs[0].dtype;
  const Tensor* const given = node.op->name == "initialize" ? value_of(variable) : nullptr;
  std::string value;
  if (given != nullptr) {
    value = out_.unique(name + "/value");
    out_.add(value, "Const", {}, {{"dtype", dtype}, {"value", *given}});
  } else {
    value = tensor_of(id, node.inputs[1]);
  }
  std::vector<std::string> controls = controls_of(id);
  if (node.op->name == "assign_add" || node.op->name == "assign_sub") {
    std::vector<std::string> inputs{read_of(id, variable), value};
    inputs.insert(inputs.end(), controls.begin(), controls.end());
    value = out_.unique(name + "/value");
    out_.add(value, node.op->name == "assign_add" ? "AddV2" : "Sub", inputs, {{"T", dtype}});
  }
  if (waits_for_reads(id)) controls.push_back("^" + reads_.at(variable));
  std::vector<std::string> inputs{names_.at(variable), value};
  inputs.insert(inputs.end(), controls.begin(), controls.end());
  const std::string assign = out_.unique(name + "/Assign");
  out_.add(assign, "AssignVariableOp", inputs, {{"dtype", dtype}});
  out_.add(name, "Identity", {value, "^" + assign}, {{"T", dtype}});
  tensors_[id] = {name};
}

void Exporter::refuse_all(const std::vector<std::string>& problems) const {
  constexpr std::size_t most = 200;
  std::string list;
  for (std::size_t i = 0; i < std::min(most, problems.size()); ++i) list += problems[i];
  if (problems.size() > most) list += "\n  and " + std::to_string(problems.size() - most) + " more";
  throw GraphError({.message = std::to_string(problems.size()) +
                               (problems.size() == 1 ? " node cannot" : " nodes cannot") +
                               " be exported:" + list + "\n",
                    .cure = "export a part without them",
                    .op = "export_graph_def",
                    .where = options_.where});
}

}  // namespace deft::tensorflow
