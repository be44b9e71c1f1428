#include "importer.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/glob.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/state.hpp>

#include "domain.hpp"
#include "names.hpp"
#include "opset_range.hpp"
#include "refused_ops.hpp"
#include "tensors.hpp"

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

/// Bytes of tensors within what is expanded, counted once for each time, that share no memory.
constexpr std::size_t most_repeated_bytes = std::size_t{256} << 20;

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

template <class T>
std::string names_of(const std::map<std::string, T>& map) {
  std::string text;
  for (const auto& [name, value] : map) text += (text.empty() ? "\"" : ", \"") + name + '"';
  return text;
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

void Importer::check_options() const {
  std::set<std::string> known;
  for (const ValueProto& input : model_.graph.inputs) known.insert(input.name);
  for (const TensorProto& initializer : model_.graph.initializers) known.insert(initializer.name);
  const auto check = [&](const std::string& name) {
    if (known.count(name) != 0) return;
    std::map<std::string, bool> inputs;
    for (const ValueProto& input : model_.graph.inputs) inputs[input.name];
    fail("the options name \"" + name + "\", which is neither an input nor an initializer",
         "the inputs are " + names_of(inputs));
  };
  for (const auto& [name, value] : options_.constants) check(name);
  for (const auto& [name, value] : options_.bindings) check(name);
  for (const auto& [name, value] : options_.shapes) check(name);
}

/// An input that is an initializer as well has that as its default.
void Importer::add_input(const ValueProto& input, Scope& scope) {
  if (const auto bound = options_.bindings.find(input.name); bound != options_.bindings.end()) {
    scope.set(input.name, {bound->second});
    return;
  }
  if (const auto known = options_.constants.find(input.name); known != options_.constants.end()) {
    scope.set(input.name, {constant(graph_, known->second, {.name = node_name(input.name)})});
    return;
  }
  if (scope.find(input.name) != nullptr) return;
  if (!input.is_tensor)
    fail("the input \"" + input.name + "\" is no tensor but a sequence, a map or an optional",
         "bind it by OnnxImportOptions::bindings");
  const std::optional<DType> dtype = dtype_of(input.type);
  if (!dtype)
    fail("the input \"" + input.name + "\" has elements of type " + name_of(input.type) +
             ", for which deft has no dtype",
         "bind it by OnnxImportOptions::bindings");
  const Output fed = placeholder(graph_, *dtype, shape_of(input), {.name = node_name(input.name)});
  scope.set(input.name, {fed});
  result_.inputs.push_back({input.name, fed});
}

Shape Importer::shape_of(const ValueProto& input) const {
  if (const auto whole = options_.shapes.find(input.name); whole != options_.shapes.end())
    return whole->second;
  if (!input.shape)
    fail("the input \"" + input.name + "\" has no number of dimensions",
         "give its shape by OnnxImportOptions::shapes");
  std::vector<std::int64_t> dims;
  for (const DimensionProto& dimension : *input.shape) {
    const auto named = options_.dims.find(dimension.name);
    const bool batch = dims.empty() && options_.batch.has_value();
    dims.push_back(dimension.size                 ? *dimension.size
                   : named != options_.dims.end() ? named->second
                   : batch                        ? *options_.batch
                                                  : Shape::unknown);
  }
  return Shape(dims, options_.where);
}

void Importer::add_initializers(const GraphProto& graph, Scope& scope, bool of_model) {
  for (const TensorProto& initializer : graph.initializers)
    scope.set(initializer.name, {made_of(initializer, of_model)});
}

Output Importer::made_of(const TensorProto& initializer, bool of_model) {
  const std::string name = node_name(initializer.name);
  if (of_model) {
    if (const auto bound = options_.bindings.find(initializer.name);
        bound != options_.bindings.end())
      return bound->second;
    if (const auto known = options_.constants.find(initializer.name);
        known != options_.constants.end())
      return constant(graph_, known->second, {.name = name});
  }
  Tensor value = read(initializer);
  if (!of_model || !is_floating(value.dtype()) ||
      !matches_glob(options_.variables, initializer.name))
    return constant(graph_, std::move(value), {.name = name});
  const bool trainable = statistics_.count(initializer.name) == 0;
  Output made = variable(graph_, std::move(value), {.trainable = trainable, .name = name});
  result_.variables.push_back({initializer.name, made});
  return made;
}

/// What is read again in every iteration of a loop shares its memory, or is limited.
Tensor Importer::read(const TensorProto& tensor) {
  const char* bytes = depth_ > 0 && tensor.raw ? tensor.raw->data() : nullptr;
  if (const auto known = read_.find(bytes); known != read_.end()) return known->second;
  Tensor value = tensor_of(tensor, external_, file_, options_.where);
  if (bytes != nullptr) {
    read_.emplace(bytes, value);
  } else if (depth_ > 0) {
    repeated_bytes_ += value.num_bytes();
    if (repeated_bytes_ > most_repeated_bytes)
      fail("the tensors within its functions, branches and loops take more than " +
               std::to_string(most_repeated_bytes) + " bytes once they are expanded",
           "make them initializers of the model");
  }
  return value;
}

std::vector<const NodeProto*> Importer::needed_nodes(const std::vector<NodeProto>& nodes,
                                                     const std::vector<std::string>& wanted,
                                                     const Scope& scope) const {
  std::map<std::string, const NodeProto*> makers;
  for (const NodeProto& node : nodes)
    for (const std::string& output : node.outputs)
      if (!output.empty() && !makers.emplace(output, &node).second)
        fail("two nodes make the value \"" + output + '"', "give a valid model");

  enum class Visit { begun, done };
  std::map<const NodeProto*, Visit> visits;
  std::vector<const NodeProto*> order;
  std::vector<const NodeProto*> stack;
  const auto open = [&](const std::string& name) {
    const auto maker = makers.find(name);
    if (maker != makers.end()) {
      stack.push_back(maker->second);
    } else if (!name.empty() && scope.find(name) == nullptr) {
      fail("nothing makes the value \"" + name + '"', "give a valid model");
    }
  };
  for (auto name = wanted.rbegin(); name != wanted.rend(); ++name) open(*name);
  while (!stack.empty()) {
    const NodeProto* node = stack.back();
    const auto [visit, is_new] = visits.emplace(node, Visit::begun);
    if (is_new) {
      const std::size_t below = stack.size();
      for (const std::string& input : all_inputs(*node)) {
        open(input);
        if (stack.size() == below) continue;
        const auto earlier = visits.find(stack.back());
        if (earlier == visits.end()) continue;
        if (earlier->second == Visit::begun)
          fail("the value \"" + input + "\" depends on itself", "give a valid model");
        stack.pop_back();
      }
      continue;
    }
    stack.pop_back();
    if (std::exchange(visit->second, Visit::done) == Visit::begun) order.push_back(node);
  }
  return order;
}

void Importer::add_nodes(const std::vector<NodeProto>& nodes,
                         const std::vector<std::string>& wanted, Scope& scope) {
  for (const NodeProto* node : needed_nodes(nodes, wanted, scope)) add_node(*node, scope);
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
  std::vector<AttributeProto> parameters = context.attributes();
  for (const AttributeProto& fallback : function.defaults)
    if (!context.has(fallback.name)) parameters.push_back(fallback);
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
