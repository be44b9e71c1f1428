#include "export/exporter.hpp"

#include <algorithm>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/builtins.hpp>

#include "domain.hpp"
#include "export/export_table.hpp"
#include "export/proto_writer.hpp"
#include "export/value_protos.hpp"

namespace deft::onnx {
namespace {

/// Elements of values that are known and become constants, though an operation makes them; larger
/// ones would make the file larger than what makes them.
constexpr std::int64_t most_folded = 4096;

/// Bytes that readers of Protocol Buffers take in one message.
constexpr std::size_t most_bytes = 0x7fffffff;

}  // namespace

Exporter::Exporter(const std::vector<NamedOutput>& outputs, const OnnxExportOptions& options)
    : outputs_(outputs), options_(options), writer_(NodeWriter::Place::graph, names_) {
  if (outputs.empty())
    fail("there is no output to export", "give the outputs that the model is to have");
  check(outputs, "output");
  check(options.inputs, "input");
  graph_ = outputs[0].output.graph();
  for (const std::vector<NamedOutput>* list : {&outputs, &options.inputs})
    for (const NamedOutput& named : *list)
      if (named.output.graph() != graph_)
        fail('"' + named.name + "\" is of another graph than \"" + outputs[0].name + '"',
             "export the outputs of one graph");
}

void Exporter::check(const std::vector<NamedOutput>& named, const char* kind) const {
  std::set<std::string> names;
  for (const auto& [name, output] : named) {
    const std::string what = std::string(kind) + " \"" + name + '"';
    if (name.empty()) fail(std::string("an ") + kind + " has no name", "give it one");
    if (output.is_empty()) fail("the " + what + " is an empty Output", "give a built one");
    if (output.node().outputs.empty())
      fail("the " + what + " is an operation without an output", "give one that has a value");
    if (!names.insert(name).second)
      fail(std::string("two ") + kind + "s have the name \"" + name + '"', "give each its own");
  }
}

std::string Exporter::write() {
  name_inputs();
  const std::vector<NodeId> needed = needed_nodes();
  for (const NodeId id : needed)
    if (graph_.node(id).op->effect == Effect::fed) name_placeholder(graph_.output({id, 0}));
  name_outputs();
  for (const NodeId id : needed) add_node(id);
  finish_outputs();

  ModelProto model{.ir_version = written_ir,
                   .producer = options_.producer,
                   .opsets = {{"", written_opset}},
                   .graph = pruned_graph(),
                   .metadata = options_.metadata};
  throw_refusals(model.graph.nodes);
  std::set<std::string> called;
  for (const NodeProto& node : model.graph.nodes)
    if (node.domain == own_domain) called.insert(node.op);
  for (const FunctionProto& function : functions_.functions())
    if (called.contains(function.name)) model.functions.push_back(function);
  if (!model.functions.empty()) model.opsets[own_domain] = own_version;
  std::string bytes = write_model(model);
  if (bytes.size() > most_bytes)
    fail("the model has " + std::to_string(bytes.size()) + " bytes, and a file at most " +
             std::to_string(most_bytes),
         "make variables inputs of the model, by OnnxExportOptions::inputs, or export parts");
  return bytes;
}

void Exporter::name_inputs() {
  for (const auto& [name, output] : options_.inputs) {
    const Key place = key(output.endpoint());
    if (!inputs_.insert(place).second)
      fail(output.name() + " is an input under two names", "give it once");
    names_.take(name);
    values_[place] = name;
  }
}

void Exporter::name_placeholder(const Output& output) {
  const std::string name = output.name();
  if (!names_.take(name))
    fail("the placeholder \"" + name + "\" has the name of another input",
         "give that another name, or list the placeholder too");
  values_[key(output.endpoint())] = name;
  placeholders_.push_back({name, output});
}

/// A value that an operation makes gets the name of the first output of the model that it is.
void Exporter::name_outputs() {
  for (const auto& [name, output] : outputs_) {
    const auto known = values_.find(key(output.endpoint()));
    const bool is_input = known != values_.end() && known->second == name;
    if (!is_input && !names_.take(name))
      fail("the output \"" + name + "\" has the name of an input that it is not",
           "give it another name");
    const Effect effect = output.node().op->effect;
    if (effect != Effect::fed && effect != Effect::reads_variable)
      values_.emplace(key(output.endpoint()), name);
  }
}

std::vector<NodeId> Exporter::needed_nodes() const {
  std::set<NodeId> found;
  std::vector<NodeId> stack;
  const auto open = [&](Endpoint endpoint) {
    if (!inputs_.contains(key(endpoint)) && found.insert(endpoint.node).second)
      stack.push_back(endpoint.node);
  };
  for (const NamedOutput& named : outputs_) open(named.output.endpoint());
  while (!stack.empty()) {
    const Node& node = graph_.node(stack.back());
    stack.pop_back();
    for (const Endpoint endpoint : node.inputs) open(endpoint);
  }
  return {found.begin(), found.end()};
}

bool Exporter::depends_on_inputs(const Node& node) const {
  for (std::size_t i = 0; i < node.inputs.size(); ++i)
    if (node.op->needs_value(i) &&
        (inputs_.contains(key(node.inputs[i])) || open_.contains(node.inputs[i].node)))
      return true;
  return false;
}

/// What depends on an input of the model is not known, though the graph itself would know it.
std::optional<Tensor> Exporter::known(const Output& output) {
  if (inputs_.contains(key(output.endpoint())) || open_.contains(output.node_id())) return {};
  try {
    return constants_.of(output);
  } catch (const RunError&) {
    return {};  // what fails in a run is to fail there
  }
}

void Exporter::add_node(NodeId id) {
  const Node& node = graph_.node(id);
  const Output handle = graph_.output({id, 0});
  if (depends_on_inputs(node)) open_.insert(id);
  if (node.op->effect == Effect::fed) return;
  writer_.set_prefix(node.name());
  const std::vector<ValueName> outputs = named_outputs(id);
  if (node.op->effect == Effect::reads_variable) return add_variable(handle, outputs);
  if (node.op->value != nullptr) return writer_.constant_to(outputs[0], known(handle).value());
  if (add_folded(id, outputs)) return;
  add_operation(handle, outputs);
}

/// An output that is an input of the model instead has a name that nothing reads.
std::vector<ValueName> Exporter::named_outputs(NodeId id) {
  const Node& node = graph_.node(id);
  std::vector<ValueName> outputs;
  for (std::uint32_t i = 0; i < node.outputs.size(); ++i) {
    const Key place{id, i};
    const auto named = values_.find(place);
    if (named != values_.end() && !inputs_.contains(place)) {
      outputs.push_back(named->second);
      continue;
    }
    outputs.push_back(names_.made(node.output_name(i)));
    values_.emplace(place, outputs.back());
  }
  return outputs;
}

void Exporter::add_variable(const Output& variable, const std::vector<ValueName>& outputs) {
  if (!options_.value_of)
    return refuse(variable, outputs,
                  "it is a variable, and nothing says its value; give OnnxExportOptions::value_of, "
                  "or make it an input");
  writer_.constant_to(outputs[0], value_of_variable(variable));
}

Tensor Exporter::value_of_variable(const Output& variable) const {
  Tensor value = options_.value_of(variable);
  if (value.dtype() != variable.dtype() || !variable.shape().is_compatible_with(value.shape()))
    fail("value_of gives " + to_string(value.spec()) + " for the variable " + to_string(variable),
         "give its value: [&](const Output& v) { return session.value(v); }");
  return value;
}

std::optional<Tensor> Exporter::stored(const Output& output) {
  const bool is_variable = output.node().op->effect == Effect::reads_variable;
  if (!is_variable || inputs_.contains(key(output.endpoint()))) return known(output);
  if (!options_.value_of) return {};
  return value_of_variable(output);
}

/// Small values that are known become constants. Whether that was done.
bool Exporter::add_folded(NodeId id, const std::vector<ValueName>& outputs) {
  const Node& node = graph_.node(id);
  if (node.op->effect != Effect::none) return false;
  std::vector<Tensor> values;
  for (std::uint32_t i = 0; i < node.outputs.size(); ++i) {
    const Shape& shape = node.outputs[i].shape;
    if (!shape.is_fully_defined() || shape.num_elements() > most_folded) return false;
    std::optional<Tensor> value = known(graph_.output({id, i}));
    if (!value) return false;
    values.push_back(std::move(*value));
  }
  for (std::size_t i = 0; i < values.size(); ++i) writer_.constant_to(outputs[i], values[i]);
  return true;
}

void Exporter::add_operation(const Output& handle, const std::vector<ValueName>& outputs) {
  const Node& node = handle.node();
  const bool is_builtin = std::ranges::find(builtin_ops(), node.op) != builtin_ops().end();
  if (!is_builtin)
    return refuse(handle, outputs,
                  "it is not one of deft's own operations, which alone ONNX has a word for");
  const OpExport* entry = find_export(node.op->name);
  if (entry == nullptr)
    return refuse(handle, outputs, std::string(reason_against_export(node.op->name)));
  const NodeWriter::Mark before = writer_.mark();
  try {
    entry->write(ExportContext(*this, handle, writer_, inputs_of(node), outputs));
  } catch (const NotExported& reason) {
    writer_.back_to(before);
    refuse(handle, outputs, reason.reason);
  }
}

std::vector<ValueName> Exporter::inputs_of(const Node& node) const {
  std::vector<ValueName> names;
  for (const Endpoint endpoint : node.inputs) names.push_back(values_.at(key(endpoint)));
  return names;
}

/// A node without an operation stands for it, so that pruning tells whether anything needs it.
void Exporter::refuse(const Output& handle, const std::vector<ValueName>& outputs,
                      const std::string& reason) {
  const Node& node = handle.node();
  std::string text = std::string(node.op->name) + " \"" + node.name() + '"';
  if (node.where.line != 0)
    text += " (" + std::string(node.where.file) + ':' + std::to_string(node.where.line) + ')';
  refusals_[outputs[0]] = text + ": " + reason;
  writer_.add_to(outputs, "", inputs_of(node));
}

/// An output that is an input, or the second one that is the same value, is a copy.
void Exporter::finish_outputs() {
  writer_.set_prefix("");
  for (const auto& [name, output] : outputs_) {
    const ValueName& made = values_.at(key(output.endpoint()));
    if (made != name) writer_.add_to({name}, "Identity", {made});
  }
}

/// Without what no output depends on: operations of which only a shape was asked that is known, and
/// their inputs.
GraphProto Exporter::pruned_graph() const {
  std::set<std::string> live;
  for (const NamedOutput& named : outputs_) live.insert(named.name);
  GraphProto graph{.name = "deft"};
  const std::vector<NodeProto>& nodes = writer_.nodes();
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    const auto is_live = [&](const std::string& name) { return live.contains(name); };
    if (!std::ranges::any_of(node->outputs, is_live)) continue;
    live.insert(node->inputs.begin(), node->inputs.end());
    graph.nodes.push_back(*node);
  }
  std::ranges::reverse(graph.nodes);
  for (const TensorProto& initializer : writer_.initializers())
    if (live.contains(initializer.name)) graph.initializers.push_back(initializer);
  for (const auto& [name, output] : options_.inputs)
    graph.inputs.push_back(described_input(name, output.spec()));
  for (const auto& [name, output] : placeholders_)
    if (live.contains(name)) graph.inputs.push_back(described_input(name, output.spec()));
  for (const auto& [name, output] : outputs_)
    graph.outputs.push_back(described(name, output.spec()));
  return graph;
}

void Exporter::throw_refusals(const std::vector<NodeProto>& nodes) const {
  std::string list;
  std::size_t count = 0;
  for (const NodeProto& node : nodes) {
    if (!node.op.empty()) continue;
    list += "\n  " + refusals_.at(node.outputs[0]);
    ++count;
  }
  if (count == 0) return;
  fail(std::to_string(count) + (count == 1 ? " node cannot" : " nodes cannot") +
           " be exported to ONNX:" + list,
       "");
}

void Exporter::fail(const std::string& problem, const std::string& cure) const {
  throw GraphError({.code = ErrorCode::invalid_argument,
                    .message = "export_onnx: " + problem,
                    .cure = cure,
                    .where = options_.where});
}

}  // namespace deft::onnx
