#include <deft/core/graph.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>

#include <deft/core/error.hpp>

#include "graph_state.hpp"

namespace deft {
namespace {

template <class T>
std::span<const T> store(std::pmr::memory_resource& memory, std::span<const T> values) {
  static_assert(std::is_trivially_destructible_v<T>);
  if (values.empty()) return {};
  T* copy = static_cast<T*>(memory.allocate(values.size_bytes(), alignof(T)));
  std::uninitialized_copy(values.begin(), values.end(), copy);
  return {copy, values.size()};
}

std::string list(std::span<const TensorSpec> specs) {
  std::string text;
  for (const TensorSpec& spec : specs) text += (text.empty() ? "" : ", ") + to_string(spec);
  return text;
}

std::string count(std::size_t number, const char* what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

/// A node that is being added, as errors about it name it.
struct Candidate {
  const OpDef& op;
  std::string name;  // the wanted one
  SourceLocation where;

  [[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure,
                           std::span<const TensorSpec> inputs = {}) const {
    throw GraphError({.code = code,
                      .message = std::move(message),
                      .cure = std::move(cure),
                      .op = std::string(op.name),
                      .node = name == op.name ? "" : name,
                      .operands = list(inputs),
                      .where = where});
  }
};

void check_arity(const Candidate& node, std::size_t given) {
  const auto [min, max] = node.op.arity;
  if (given >= min && given <= max) return;
  const std::string wanted = min == max ? count(min, "input")
                             : max == Arity::unbounded
                                 ? "at least " + count(min, "input")
                                 : std::to_string(min) + " to " + count(max, "input");
  node.refuse(ErrorCode::invalid_argument,
              "takes " + wanted + ", but " + std::to_string(given) +
                  (given == 1 ? " is given" : " are given"),
              "give it as many Outputs as it takes");
}

/// Handles that can be inputs of one node: not empty, of graph `graph`, and with a value.
std::vector<TensorSpec> check_inputs(const Candidate& node, const Graph& graph,
                                     std::span<const Output> inputs) {
  std::vector<TensorSpec> specs;
  specs.reserve(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string which = "input " + std::to_string(i);
    if (inputs[i].is_empty())
      node.refuse(ErrorCode::empty_handle, which + " is an empty Output",
                  "give it the result of a builder");
    if (!(inputs[i].graph() == graph))
      node.refuse(ErrorCode::wrong_graph,
                  which + ", '" + inputs[i].name() + "', belongs to another graph",
                  "build all inputs in one graph");
    if (inputs[i].index() >= inputs[i].node().outputs.size())
      node.refuse(ErrorCode::invalid_argument,
                  which + ", '" + inputs[i].name() + "', is an operation without output",
                  "use it in a control dependency");
    specs.push_back(inputs[i].spec());
  }
  if (node.op.effect != Effect::writes_variable) return specs;
  if (inputs.empty())
    node.refuse(ErrorCode::invalid_argument, "writes a variable, but has no input",
                "give the op's OpDef an arity of at least 1");
  if (inputs[0].node().op->effect != Effect::reads_variable)
    node.refuse(ErrorCode::invalid_argument,
                "input 0, '" + inputs[0].name() + "', is not a variable but the result of " +
                    std::string(inputs[0].node().op->name),
                "assign to the Output that variable() returned", specs);
  return specs;
}

/// Refuses outputs that plans could not rely on, whoever wrote the shape rule.
void check_outputs(const Candidate& node, std::span<const TensorSpec> inputs,
                   std::span<const TensorSpec> outputs) {
  for (const TensorSpec& output : outputs)
    if (size_of(output.dtype) == 0)
      node.refuse(ErrorCode::invalid_argument,
                  std::to_string(static_cast<int>(output.dtype)) + " is not a dtype",
                  "use one of the values of DType", inputs);
  const Effect effect = node.op.effect;
  if ((effect == Effect::fed || effect == Effect::reads_variable || node.op.value != nullptr) &&
      outputs.size() != 1)
    node.refuse(
        ErrorCode::invalid_argument,
        "is a source of one value, but its shape rule gives " + count(outputs.size(), "output"),
        "mend the rule in the op's OpDef", inputs);
  if (effect == Effect::writes_variable && (outputs.empty() || outputs[0] != inputs[0]))
    node.refuse(ErrorCode::invalid_argument,
                "writes a variable " + to_string(inputs[0]) + ", but its shape rule gives " +
                    (outputs.empty() ? "no output" : to_string(outputs[0])),
                "mend the rule in the op's OpDef", inputs);
}

/// The spec of an input, if the only output has the same one; else nothing. Most operations keep
/// shape and dtype: their nodes refer to the spec of the input and need no memory for another.
std::span<const TensorSpec> like_an_input(std::span<const Output> inputs,
                                          std::span<const TensorSpec> outputs) {
  if (outputs.size() != 1) return {};
  for (const Output& input : inputs)
    if (const TensorSpec& spec = input.spec(); spec == outputs[0]) return {&spec, 1};
  return {};
}

std::vector<TensorSpec> infer(const Candidate& node, std::span<const TensorSpec> inputs,
                              const Attributes& attributes) {
  if (node.op.infer == nullptr)
    node.refuse(ErrorCode::invalid_argument, "has no shape rule", "set OpDef::infer");
  try {
    std::vector<TensorSpec> outputs = node.op.infer({inputs, attributes});
    check_outputs(node, inputs, outputs);
    for (const TensorSpec& output : outputs)
      if (output.shape.is_fully_defined()) output.shape.num_bytes(output.dtype);
    return outputs;
  } catch (const Refusal& refusal) {
    node.refuse(refusal.code, refusal.message, refusal.cure, inputs);
  } catch (const GraphError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const Error& error) {
    node.refuse(error.code(), error.info().message, error.info().cure, inputs);
  } catch (const std::exception& error) {
    node.refuse(ErrorCode::kernel_failure, std::string("the shape rule failed: ") + error.what(),
                "mend the rule in the op's OpDef", inputs);
  } catch (...) {
    node.refuse(ErrorCode::kernel_failure,
                "the shape rule failed with something that is not a std::exception",
                "mend the rule in the op's OpDef", inputs);
  }
}

}  // namespace

std::string Node::name() const {
  std::string text(base_name);
  if (name_suffix != 0) text += "_" + std::to_string(name_suffix);
  return text;
}

std::string Node::output_name(std::size_t index) const {
  return index == 0 ? name() : name() + ":" + std::to_string(index);
}

Graph::Graph() : Graph(GraphOptions{}) {}

Graph::Graph(GraphOptions options) : state_(std::make_shared<GraphState>(std::move(options))) {}

std::size_t Graph::num_nodes() const { return state_->nodes.size(); }

const Node& Graph::node(NodeId id) const {
  if (id >= num_nodes())
    throw GraphError({.message = "there is no node " + std::to_string(id) + " in a graph of " +
                                 count(num_nodes(), "node"),
                      .cure = "nodes are numbered from 0"});
  return state_->nodes[id];
}

Output Graph::output(Endpoint endpoint) const {
  const Node& of = node(endpoint.node);
  if (endpoint.index >= std::max<std::size_t>(of.outputs.size(), 1))
    throw GraphError({.message = "has no output " + std::to_string(endpoint.index) + " but " +
                                 count(of.outputs.size(), "output"),
                      .cure = "outputs are numbered from 0",
                      .op = std::string(of.op->name),
                      .node = of.name(),
                      .where = of.where});
  return {state_, endpoint};
}

Outputs Graph::add(const OpDef& op, std::span<const Output> inputs, Attributes attributes,
                   const NodeOptions& options) const {
  SourceLocation where = options.where;
  try {
    return add_node_at(where, op, inputs, std::move(attributes), options.name);
  } catch (const std::bad_alloc&) {
    throw GraphError({.code = ErrorCode::resource_exhausted,
                      .message = "the system refused memory for the node",
                      .cure = "use a smaller graph or free memory",
                      .op = std::string(op.name),
                      .where = where});
  }
}

Outputs Graph::add_node_at(SourceLocation& where, const OpDef& op, std::span<const Output> inputs,
                           Attributes attributes, std::string_view node_name) const {
  BuildScope scope;
  {
    const BuildLock lock(state_->mutex, where);
    const auto found = state_->scopes.find(std::this_thread::get_id());
    if (found != state_->scopes.end()) {
      where = found->second.forward.value_or(where);
      scope = found->second;
    }
  }
  const std::string_view own_name = node_name.empty() ? op.name : node_name;
  for (const std::string_view name : {op.name, own_name})
    if (name.empty() || !is_valid_name(name))
      Candidate{op, std::string(op.name), where}.refuse(
          ErrorCode::invalid_argument, "the name '" + std::string(name) + "' is not allowed",
          "use letters, digits and _ . - /");
  const Candidate candidate{op, scope.prefix + std::string(own_name), where};
  check_arity(candidate, inputs.size());
  const std::vector<TensorSpec> specs = check_inputs(candidate, *this, inputs);
  const std::vector<TensorSpec> outputs = infer(candidate, specs, attributes);

  std::vector<Endpoint> endpoints;
  endpoints.reserve(inputs.size());
  for (const Output& input : inputs) endpoints.push_back(input.endpoint());
  Node node;
  node.op = &op;
  node.where = where;
  static const auto no_attributes = std::make_shared<const Attributes>();
  node.attributes = attributes.empty() ? no_attributes
                                       : std::make_shared<const Attributes>(std::move(attributes));

  const BuildLock lock(state_->mutex, where);
  const std::size_t id = state_->nodes.size();
  if (id > std::numeric_limits<NodeId>::max())
    candidate.refuse(ErrorCode::overflow, "the graph has 2^32 nodes", "use several graphs");
  state_->nodes.reserve_one();
  node.inputs = store<Endpoint>(state_->memory, endpoints);
  node.control_inputs = store<NodeId>(state_->memory, scope.control_inputs);
  node.outputs = like_an_input(inputs, outputs);
  if (node.outputs.empty()) node.outputs = store<TensorSpec>(state_->memory, outputs);
  const NameTable::Name name = state_->names.claim(candidate.name);
  node.base_name = name.base;
  node.name_suffix = name.suffix;
  const std::size_t num_outputs = node.outputs.size();
  state_->nodes.push_back(std::move(node));
  return {Output(state_, {static_cast<NodeId>(id), 0}), num_outputs};
}

Outputs Graph::add(const OpDef& op, std::initializer_list<Output> inputs, Attributes attributes,
                   const NodeOptions& options) const {
  return add(op, std::span(inputs.begin(), inputs.size()), std::move(attributes), options);
}

void Graph::add_control_dependency(const Output& before, const Output& after,
                                   SourceLocation where) const {
  const auto fail = [&](ErrorCode code, const std::string& message, const std::string& cure) {
    throw GraphError(
        {.code = code, .message = "control dependency: " + message, .cure = cure, .where = where});
  };
  for (const Output* end : {&before, &after}) {
    const std::string which = end == &before ? "`before`" : "`after`";
    if (end->is_empty())
      fail(ErrorCode::empty_handle, which + " is an empty Output",
           "give it the result of a builder");
    if (end->state_ != state_)
      fail(ErrorCode::wrong_graph, which + ", '" + end->name() + "', belongs to another graph",
           "order nodes of one graph");
  }
  const BuildLock lock(state_->mutex, where);
  if (!state_->added_control.add(state_->nodes, before.node_id(), after.node_id()))
    fail(ErrorCode::cycle,
         "'" + before.name() + "' already runs after '" + after.name() +
             "', so it cannot run before it",
         "leave out one of the dependencies between them");
  state_->num_added_control_edges.store(state_->added_control.edges().size(),
                                        std::memory_order_release);
}

std::vector<std::pair<NodeId, NodeId>> Graph::added_control_edges() const {
  const BuildLock lock(state_->mutex);
  return state_->added_control.edges();
}

std::size_t Graph::num_added_control_edges() const {
  return state_->num_added_control_edges.load(std::memory_order_acquire);
}

const Logger& Graph::log() const { return state_->log; }

}  // namespace deft
