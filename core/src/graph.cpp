#include <deft/core/graph.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>

#include <deft/core/error.hpp>

#include "dependency_graph.hpp"
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

[[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure, const OpDef& op,
                         const NodeOptions& options, std::span<const TensorSpec> inputs = {}) {
  throw GraphError({.code = code,
                    .message = std::move(message),
                    .cure = std::move(cure),
                    .op = std::string(op.name),
                    .node = std::string(options.name),
                    .operands = list(inputs),
                    .where = options.where});
}

void check_arity(const OpDef& op, std::size_t count, const NodeOptions& options) {
  if (count >= op.arity.min && count <= op.arity.max) return;
  const std::string wanted =
      op.arity.min == op.arity.max ? std::to_string(op.arity.min)
      : op.arity.max == Arity::unbounded
          ? "at least " + std::to_string(op.arity.min)
          : std::to_string(op.arity.min) + " to " + std::to_string(op.arity.max);
  refuse(ErrorCode::invalid_argument,
         "takes " + wanted + " inputs, but " + std::to_string(count) + " are given", "", op,
         options);
}

/// Handles that can be inputs of one node: not empty, of graph `graph`, and with a value.
std::vector<TensorSpec> check_inputs(const OpDef& op, const Graph& graph,
                                     std::span<const Output> inputs, const NodeOptions& options) {
  std::vector<TensorSpec> specs;
  specs.reserve(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string which = "input " + std::to_string(i);
    if (!inputs[i])
      refuse(ErrorCode::empty_handle, which + " is an empty Output",
             "give it the result of a builder", op, options);
    if (!(inputs[i].graph() == graph))
      refuse(ErrorCode::wrong_graph,
             which + ", '" + inputs[i].name() + "', belongs to another graph",
             "build all inputs in one graph", op, options);
    if (inputs[i].index() >= inputs[i].node().outputs.size())
      refuse(ErrorCode::invalid_argument,
             which + ", '" + inputs[i].name() + "', is an operation without output",
             "use it in a control dependency", op, options);
    specs.push_back(inputs[i].spec());
  }
  if (op.effect == Effect::writes_variable && inputs[0].node().op->effect != Effect::reads_variable)
    refuse(ErrorCode::invalid_argument,
           "input 0, '" + inputs[0].name() + "', is not a variable but the result of " +
               std::string(inputs[0].node().op->name),
           "assign to the Output that variable() returned", op, options, specs);
  return specs;
}

std::vector<TensorSpec> infer(const OpDef& op, std::span<const TensorSpec> inputs,
                              const Attributes& attributes, const NodeOptions& options) {
  if (op.infer == nullptr)
    refuse(ErrorCode::invalid_argument, "has no shape rule", "set OpDef::infer", op, options);
  try {
    std::vector<TensorSpec> outputs = op.infer({inputs, attributes});
    for (const TensorSpec& output : outputs)
      if (output.shape.is_fully_defined()) output.shape.num_bytes(output.dtype);
    return outputs;
  } catch (const Refusal& refusal) {
    refuse(refusal.code, refusal.message, refusal.cure, op, options, inputs);
  } catch (const ValueError& error) {
    refuse(error.code(), error.info().message, error.info().cure, op, options, inputs);
  }
}

}  // namespace

std::string Node::name() const {
  std::string text(base_name);
  if (name_suffix != 0) text += "_" + std::to_string(name_suffix);
  return text;
}

Graph::Graph() : Graph(GraphOptions{}) {}

Graph::Graph(GraphOptions options) : state_(std::make_shared<GraphState>(std::move(options))) {}

std::size_t Graph::num_nodes() const { return state_->nodes.size(); }

const Node& Graph::node(NodeId id) const {
  if (id >= num_nodes())
    throw GraphError({.message = "node " + std::to_string(id) + " of a graph of " +
                                 std::to_string(num_nodes()) + " nodes"});
  return state_->nodes[id];
}

Output Graph::output(Endpoint endpoint) const {
  const Node& of = node(endpoint.node);
  if (endpoint.index >= std::max<std::size_t>(of.outputs.size(), 1))
    throw GraphError({.message = "output " + std::to_string(endpoint.index) + " of " +
                                 std::to_string(of.outputs.size()),
                      .op = std::string(of.op->name),
                      .node = of.name(),
                      .where = of.where});
  return {state_, endpoint};
}

Output Graph::add(const OpDef& op, std::span<const Output> inputs, Attributes attributes,
                  const NodeOptions& given) const {
  NodeOptions options = given;
  BuildScope scope;
  {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->scopes.find(std::this_thread::get_id());
    if (found != state_->scopes.end()) scope = found->second;
  }
  if (scope.forward.line != 0) options.where = scope.forward;
  if (!is_valid_name(options.name))
    refuse(ErrorCode::invalid_argument,
           "the name '" + std::string(options.name) + "' is not allowed",
           "use letters, digits and _ . - /", op, NodeOptions{.where = options.where});
  check_arity(op, inputs.size(), options);
  const std::vector<TensorSpec> specs = check_inputs(op, *this, inputs, options);
  const std::vector<TensorSpec> outputs = infer(op, specs, attributes, options);

  std::vector<Endpoint> endpoints;
  endpoints.reserve(inputs.size());
  for (const Output& input : inputs) endpoints.push_back(input.endpoint());
  Node node;
  node.op = &op;
  node.where = options.where;
  static const auto no_attributes = std::make_shared<const Attributes>();
  node.attributes = attributes.empty() ? no_attributes
                                       : std::make_shared<const Attributes>(std::move(attributes));
  const std::string wanted =
      scope.prefix + std::string(options.name.empty() ? op.name : options.name);

  const std::lock_guard lock(state_->mutex);
  const std::size_t id = state_->nodes.size();
  if (id > std::numeric_limits<NodeId>::max())
    refuse(ErrorCode::overflow, "the graph has 2^32 nodes", "", op, options);
  state_->nodes.reserve_one();
  node.inputs = store<Endpoint>(state_->memory, endpoints);
  node.control_inputs = store<NodeId>(state_->memory, scope.control_inputs);
  node.outputs = store<TensorSpec>(state_->memory, outputs);
  const NameTable::Name name = state_->names.claim(wanted);
  node.base_name = name.base;
  node.name_suffix = name.suffix;
  state_->nodes.push_back(std::move(node));
  return {state_, {static_cast<NodeId>(id), 0}};
}

Output Graph::add(const OpDef& op, std::initializer_list<Output> inputs, Attributes attributes,
                  const NodeOptions& options) const {
  return add(op, std::span(inputs.begin(), inputs.size()), std::move(attributes), options);
}

void Graph::add_control_dependency(const Output& before, const Output& after,
                                   SourceLocation where) const {
  const auto fail = [&](ErrorCode code, const std::string& message) {
    throw GraphError({.code = code, .message = "control dependency: " + message, .where = where});
  };
  if (!before || !after) fail(ErrorCode::empty_handle, "an empty Output");
  if (before.state_ != state_ || after.state_ != state_)
    fail(ErrorCode::wrong_graph, "an Output of another graph");
  const std::lock_guard lock(state_->mutex);
  auto& edges = state_->added_control_edges;
  // Creation order is an execution order until the first edge that points back.
  const bool may_close_cycle = before.node_id() >= after.node_id() || !edges.empty();
  if (may_close_cycle) {
    const NodeId root = before.node_id();
    const std::vector<NodeId> ancestors =
        dependencies_first(DependencyGraph(*this, edges), std::span(&root, 1));
    if (std::find(ancestors.begin(), ancestors.end(), after.node_id()) != ancestors.end())
      fail(ErrorCode::cycle, "'" + before.name() + "' already runs after '" + after.name() +
                                 "', so it cannot run before it");
  }
  edges.emplace_back(before.node_id(), after.node_id());
}

std::vector<std::pair<NodeId, NodeId>> Graph::added_control_edges() const {
  const std::lock_guard lock(state_->mutex);
  return state_->added_control_edges;
}

const Logger& Graph::log() const { return state_->log; }

}  // namespace deft
