#include "importer.hpp"

#include <set>
#include <string_view>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>

#include "domain.hpp"
#include "names.hpp"
#include "node_order.hpp"
#include "opset_range.hpp"
#include "refused_ops.hpp"

namespace deft::onnx {
namespace {

/// The name in the table of operations: functions of deft's own domain have a number behind it
/// where there are several.
std::string_view table_name(const NodeProto& node) {
  const std::string_view name = node.op;
  return node.domain == own_domain ? name.substr(0, name.find('.')) : name;
}

/// Whether a node is an operation of deft, as which it is taken though the model has a function for
/// others.
bool is_own(const NodeProto& node, const Opsets& opsets) {
  const auto version = opsets.find(own_domain);
  return node.domain == own_domain && version != opsets.end() && version->second <= own_version &&
         find_op(own_domain, table_name(node)) != nullptr;
}

/// Bodies of functions, branches and loops that may lie in each other.
constexpr int deepest = 100;

/// Nodes, inputs, outputs and tensors of all that is expanded: a file of a few bytes may call
/// functions that call each other twice, or unroll loops in loops.
constexpr std::size_t most_expanded = 500'000;

/// How deep the scopes of names lie in each other: every name holds those of all scopes around.
constexpr int deepest_names = 8;

/// What training must leave alone: the moving statistics of batch normalization.
std::set<std::string> statistics_of(const GraphProto& graph) {
  std::set<std::string> names;
  for (const NodeProto& node : graph.nodes)
    if (node.op == "BatchNormalization" && node.domain.empty())
      for (std::size_t i = 3; i < node.inputs.size(); ++i) names.insert(node.inputs[i]);
  return names;
}

/// Counts how deep functions and bodies lie in each other.
class Depth {
 public:
  explicit Depth(int& depth) : depth_(depth) {
    if (depth_ == deepest) throw Unsupported{"functions and bodies lie in each other too deep"};
    ++depth_;
  }
  ~Depth() { --depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  int& depth_;
};

/// A graph within a node that could not be imported, for reasons that are listed.
struct InnerRefusal {};

std::string described(const NodeProto& node, const Opsets& opsets) {
  const auto found = opsets.find(node.domain);
  const std::string version = found == opsets.end() ? "no version" : std::to_string(found->second);
  const std::string& first = node.outputs.empty() ? node.name : node.outputs[0];
  return node.op + " \"" + (node.name.empty() ? first : node.name) + "\" (" +
         (node.domain.empty() ? "ai.onnx" : node.domain) + ' ' + version + ')';
}

}  // namespace

Importer::Importer(const Graph& graph, const ModelProto& model, ExternalData external,
                   std::string file, const OnnxImportOptions& options)
    : graph_(graph),
      model_(model),
      external_(std::move(external)),
      file_(std::move(file)),
      options_(options),
      statistics_(statistics_of(model.graph)) {
  for (const FunctionProto& function : model.functions)
    functions_.emplace(FunctionName{function.domain, function.name, function.overload}, &function);
}

OnnxModel Importer::import() {
  check_options();
  const ForwardLocation location(graph_, options_.where, ForwardLocation::Outer::kept);
  std::optional<NameScope> name;
  if (!options_.name.empty()) name.emplace(graph_, options_.name, options_.where);

  Scope scope(model_.opsets, nullptr);
  add_initializers(model_.graph, scope, true);
  for (const ValueProto& input : model_.graph.inputs) add_input(input, scope);
  std::vector<std::string> wanted = options_.outputs;
  if (wanted.empty())
    for (const ValueProto& output : model_.graph.outputs) wanted.push_back(output.name);
  add_nodes(model_.graph.nodes, wanted, scope);

  if (!refusals_.empty()) {
    std::string list;
    for (const std::string& refusal : refusals_) list += "\n  " + refusal;
    fail(std::to_string(refusals_.size()) +
             (refusals_.size() == 1 ? " node cannot" : " nodes cannot") + " be imported:" + list,
         "");
  }
  for (const std::string& output : wanted) {
    const Value* value = scope.find(output);
    if (value == nullptr)
      fail("there is no value \"" + output + '"', "give one that the model has");
    result_.outputs.push_back({output, value->output});
  }
  result_.ir_version = model_.ir_version;
  result_.opsets = model_.opsets;
  result_.producer = model_.full_producer();
  result_.metadata = model_.metadata;
  return std::move(result_);
}

void Importer::add_nodes(const std::vector<NodeProto>& nodes,
                         const std::vector<std::string>& wanted, Scope& scope) {
  const auto is_given = [&](const std::string& name) { return scope.find(name) != nullptr; };
  try {
    for (const NodeProto* node : needed_nodes(nodes, wanted, is_given)) add_node(*node, scope);
  } catch (const NoOrder& wrong) {
    fail(wrong.problem, "give a valid model");
  }
}

void Importer::add_node(const NodeProto& node, Scope& scope) {
  for (const std::string& output : node.outputs)
    if (!output.empty()) scope.set(output, {.failed = true});
  const auto refused = [&](const std::string& reason) { refuse(node, scope, reason); };
  try {
    const std::string& name =
        node.name.empty() && !node.outputs.empty() ? node.outputs[0] : node.name;
    spend(1);
    std::optional<NameScope> named;
    if (depth_ < deepest_names) named.emplace(graph_, node_name(name.empty() ? node.op : name));
    const std::vector<Output> made = made_by(node, scope);
    for (std::size_t i = 0; i < node.outputs.size() && i < made.size(); ++i)
      if (!node.outputs[i].empty() && !made[i].is_empty()) scope.set(node.outputs[i], {made[i]});
  } catch (const Unsupported& unsupported) {
    refused(unsupported.reason);
  } catch (const InnerRefusal&) {
    return;  // what is inside it has been listed
  } catch (const FileError&) {
    throw;
  } catch (const InternalError&) {
    throw;
  } catch (const Error& error) {
    const ErrorInfo& info = error.info();
    refused(info.op + (info.op.empty() ? "" : ": ") + info.message +
            (info.operands.empty() ? "" : " (inputs: " + info.operands + ')') +
            (info.cure.empty() ? "" : "; " + info.cure));
  }
}

/// Nothing for a node whose inputs could not be imported, unless it is refused itself.
std::vector<Output> Importer::made_by(const NodeProto& node, const Scope& scope) {
  if (const FunctionProto* function = find_function(node);
      function != nullptr && !is_own(node, scope.opsets()))
    return expanded(*function, node, scope);
  const auto version = scope.opsets().find(node.domain);
  if (version == scope.opsets().end())
    throw Unsupported{"the model does not say which version of its domain it uses"};
  const OpImport* op = find_op(node.domain, table_name(node));
  if (op == nullptr) throw Unsupported{reason_against(node)};
  if (version->second < op->first_version)
    throw Unsupported{"version " + std::to_string(version->second) +
                      " of its domain is too old: deft reads it from " +
                      std::to_string(op->first_version) + " on"};
  if (node.domain.empty() && version->second > newest_opset)
    throw Unsupported{"version " + std::to_string(version->second) +
                      " is newer than all that deft knows, the last of which is " +
                      std::to_string(newest_opset)};
  for (const std::string& name : all_inputs(node))
    if (const Value* value = scope.find(name); value != nullptr && value->failed) return {};
  const NodeContext context(*this, scope, node, version->second);
  const bool broadcasts = !node.domain.empty() || version->second >= 7;
  if (op->elementwise && broadcasts)
    if (auto operands = channels_last_.operands(context.given_inputs())) {
      std::vector<Output> made = op->import(context.with_inputs(*std::move(operands)));
      for (Output& output : made) output = channels_last_.first(output);
      return made;
    }
  return op->import(context);
}

std::vector<Output> Importer::import_body(const GraphProto& body, const std::vector<Output>& inputs,
                                          const Scope& outer) {
  const Depth deeper(depth_);
  if (inputs.size() != body.inputs.size())
    throw Unsupported{"its body has " + std::to_string(body.inputs.size()) +
                      " inputs, but is given " + std::to_string(inputs.size())};
  spend(1 + inputs.size() + body.outputs.size() + body.initializers.size());
  Scope scope(outer.opsets(), &outer);
  add_initializers(body, scope, false);
  for (std::size_t i = 0; i < inputs.size(); ++i) scope.set(body.inputs[i].name, {inputs[i]});
  std::vector<std::string> wanted;
  for (const ValueProto& output : body.outputs) wanted.push_back(output.name);
  add_nodes(body.nodes, wanted, scope);
  return looked_up(wanted, scope);
}

const FunctionProto* Importer::find_function(const NodeProto& node) const {
  const auto found = functions_.find(FunctionName{node.domain, node.op, node.overload});
  return found == functions_.end() ? nullptr : found->second;
}

std::vector<Output> Importer::expanded(const FunctionProto& function, const NodeProto& node,
                                       const Scope& scope) {
  const Depth deeper(depth_);
  spend(1 + function.inputs.size() + function.outputs.size());
  const NodeContext context(*this, scope, node, 0);
  std::vector<NamedAttribute> parameters = context.attributes();
  for (const AttributeProto& fallback : function.defaults)
    if (!context.has(fallback.name)) parameters.push_back({fallback.name, &fallback});
  Scope inner(function.opsets, parameters);
  for (std::size_t i = 0; i < function.inputs.size(); ++i)
    inner.set(function.inputs[i], {context.has_input(i) ? context.input(i) : Output()});
  add_nodes(function.nodes, function.outputs, inner);
  return looked_up(function.outputs, inner);
}

std::vector<Output> Importer::looked_up(const std::vector<std::string>& names,
                                        const Scope& scope) const {
  std::vector<Output> found;
  for (const std::string& name : names) {
    const Value* value = scope.find(name);
    if (value != nullptr && value->failed) throw InnerRefusal{};
    found.push_back(value == nullptr ? Output() : value->output);
  }
  return found;
}

void Importer::spend(std::size_t count) {
  if (depth_ == 0) return;
  expanded_ += count;
  if (expanded_ > most_expanded)
    fail("its functions, branches and loops expand to more than " + std::to_string(most_expanded) +
             " nodes and values",
         "export the model without them");
}

void Importer::refuse(const NodeProto& node, const Scope& scope, const std::string& reason) {
  refusals_.push_back(described(node, scope.opsets()) + ": " + reason);
}

void Importer::fail(const std::string& problem, const std::string& cure) const {
  throw FileError({.code = ErrorCode::file_format,
                   .message = file_ + ": " + problem,
                   .cure = cure,
                   .where = options_.where});
}

}  // namespace deft::onnx
