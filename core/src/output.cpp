#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>

#include "graph_state.hpp"

namespace deft {
namespace {

[[noreturn]] void refuse_empty() {
  throw GraphError({.code = ErrorCode::empty_handle,
                    .message = "an empty Output has no node",
                    .cure = "give it the result of a builder"});
}

}  // namespace

Graph Output::graph() const {
  if (!state_) refuse_empty();
  return Graph(state_);
}

const Node& Output::node() const {
  if (!state_) refuse_empty();
  return state_->nodes[endpoint_.node];
}

const TensorSpec& Output::spec() const {
  const Node& of = node();
  if (endpoint_.index >= of.outputs.size())
    throw GraphError({.message = "an operation without output has no dtype and no shape",
                      .op = std::string(of.op->name),
                      .node = of.name(),
                      .where = of.where});
  return of.outputs[endpoint_.index];
}

std::string Output::name() const { return node().name(); }

Output add_node(const OpDef& op, std::span<const Output> inputs, Attributes attributes,
                const NodeOptions& options) {
  for (const Output& input : inputs)
    if (input) return input.graph().add(op, inputs, std::move(attributes), options);
  throw GraphError({.code = ErrorCode::empty_handle,
                    .message = inputs.empty() ? "no input is given" : "input 0 is an empty Output",
                    .cure = "give it the result of a builder",
                    .op = std::string(op.name),
                    .node = std::string(options.name),
                    .where = options.where});
}

Output add_node(const OpDef& op, std::initializer_list<Output> inputs, Attributes attributes,
                const NodeOptions& options) {
  return add_node(op, std::span(inputs.begin(), inputs.size()), std::move(attributes), options);
}

}  // namespace deft
