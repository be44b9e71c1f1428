#include <ostream>

#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>

#include "graph_state.hpp"

namespace deft {
namespace {

[[noreturn]] void refuse_empty(SourceLocation where) {
  throw GraphError({.code = ErrorCode::empty_handle,
                    .message = "an empty Output has no node",
                    .cure = "give it the result of a builder",
                    .where = where});
}

}  // namespace

Graph Output::graph(SourceLocation where) const {
  if (!state_) refuse_empty(where);
  return Graph(state_);
}

const Node& Output::node(SourceLocation where) const {
  if (!state_) refuse_empty(where);
  return state_->nodes[endpoint_.node];
}

const TensorSpec& Output::spec(SourceLocation where) const {
  const Node& of = node(where);
  if (endpoint_.index >= of.outputs.size())
    throw GraphError({.message = "an operation without output has no dtype and no shape",
                      .cure = "run it, or use it in a control dependency",
                      .op = std::string(of.op->name),
                      .node = of.name(),
                      .where = where});
  return of.outputs[endpoint_.index];
}

std::string Output::name(SourceLocation where) const {
  return node(where).output_name(endpoint_.index);
}

std::string to_string(const Output& output) {
  if (output.is_empty()) return "empty Output";
  std::string text = output.name();
  const auto specs = output.node().outputs;
  if (output.index() < specs.size()) text += " " + to_string(specs[output.index()]);
  return text;
}

std::ostream& operator<<(std::ostream& out, const Output& output) {
  return out << to_string(output);
}

Output Outputs::operator[](std::size_t i) const {
  if (i < size_) return first_.graph().output({first_.node_id(), static_cast<std::uint32_t>(i)});
  const Node& of = first_.node();
  throw GraphError({.message = "has no output " + std::to_string(i) + " but " +
                               std::to_string(size_) + (size_ == 1 ? " output" : " outputs"),
                    .cure = "outputs are numbered from 0",
                    .op = std::string(of.op->name),
                    .node = of.name(),
                    .where = of.where});
}

std::vector<Output> Outputs::all() const {
  std::vector<Output> list;
  list.reserve(size_);
  for (std::size_t i = 0; i < size_; ++i) list.push_back((*this)[i]);
  return list;
}

const Output& Outputs::only() const {
  if (size_ <= 1) return first_;
  const Node& of = first_.node();
  throw GraphError({.message = "has " + std::to_string(size_) + " outputs, where one is taken",
                    .cure = "choose one, such as outputs[0]",
                    .op = std::string(of.op->name),
                    .node = of.name(),
                    .where = of.where});
}

Outputs add_node(const OpDef& op, std::span<const Output> inputs, Attributes attributes,
                 const NodeOptions& options) {
  for (const Output& input : inputs)
    if (!input.is_empty()) return input.graph().add(op, inputs, std::move(attributes), options);
  ErrorInfo info{
      .op = std::string(op.name), .node = std::string(options.name), .where = options.where};
  if (inputs.empty()) {
    info.message = "no input is given";
    info.cure = "add an operation without inputs with Graph::add";
  } else {
    info.code = ErrorCode::empty_handle;
    info.message = "input 0 is an empty Output";
    info.cure = "give it the result of a builder";
  }
  throw GraphError(info);
}

Outputs add_node(const OpDef& op, std::initializer_list<Output> inputs, Attributes attributes,
                 const NodeOptions& options) {
  return add_node(op, std::span(inputs.begin(), inputs.size()), std::move(attributes), options);
}

}  // namespace deft
