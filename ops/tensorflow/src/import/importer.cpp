#include "import/importer.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/constant_value.hpp>
#include <deft/ops/state.hpp>

#include "handlers/handlers.hpp"
#include "import/checkpoint_names.hpp"
#include "import/left_out.hpp"
#include "import/node_order.hpp"
#include "text.hpp"

namespace deft::tensorflow {
namespace {

/// A name as deft allows it.
std::string allowed_name(std::string name) {
  for (char& c : name) {
    const bool is_allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '/';
    if (!is_allowed) c = '_';
  }
  return name;
}

/// What is known of a node while the graph is imported.
enum class Status : std::uint8_t {
  waiting,
  built,
  left_out,  // of no use without TensorFlow
  failed,    // unsupported, or depends on what is
};

class Importer {
 public:
  Importer(const Graph& graph, const GraphDef& read, const ImportGraphDefOptions& options)
      : graph_(graph),
        read_(read),
        options_(options),
        nodes_(read),
        status_(nodes_.size(), Status::waiting),
        outputs_(nodes_.size()),
        has_effect_(nodes_.size(), false),
        is_initial_(nodes_.size(), false) {
    for (const auto& found : find_initializers(read, nodes_)) {
      initial_assigns_.insert(found.second.assign);
      is_initial_[*nodes_.find(found.second.value.node)] = true;
      if (options.initial_values) initializers_.insert(found);
    }
    bind();
  }

  ImportedGraph run() {
    const NodeOrder order = order_nodes(nodes_, initializers_, roots());
    if (!order.cycle.empty()) refuse_cycle(order.cycle);
    mark_initial(order.order);
    {
      const ForwardLocation location(graph_, options_.where);
      for (const std::size_t at : order.order) build(at);
    }
    if (!problems_.empty()) refuse_all();
    return result();
  }

 private:
  /// The options by the names of nodes. Throws if they name what is none.
  void bind() {
    bindings_.batch = options_.batch;
    const auto node_name = [&](const std::string& name, const char* option) {
      const std::optional<InputDef> named = parse_input(name);
      if (!named || named->is_control || named->index != 0 || !nodes_.find(named->node) ||
          !nodes_[*nodes_.find(named->node)].op.starts_with("Placeholder"))
        fail(ErrorCode::invalid_argument,
             std::string(option) + " names " + in_quotes(name) + ", which is no placeholder",
             "name a node whose op is Placeholder or PlaceholderWithDefault");
      return named->node;
    };
    for (const auto& [name, shape] : options_.shapes)
      bindings_.shapes.emplace(node_name(name, ".shapes"), shape);
    for (const auto& [name, value] : options_.constants)
      bindings_.constants.emplace(node_name(name, ".constants"), value);
    for (const std::string& name : options_.placeholders)
      bindings_.fed.push_back(node_name(name, ".placeholders"));
    if (options_.batch && *options_.batch < 0)
      fail(ErrorCode::invalid_argument, ".batch is " + std::to_string(*options_.batch),
           "give 0 or more");
  }

  std::vector<std::size_t> roots() const {
    std::vector<std::size_t> roots;
    if (options_.fetches.empty())
      for (std::size_t i = 0; i < nodes_.size(); ++i) roots.push_back(i);
    for (const std::string& fetch : options_.fetches) {
      const std::optional<InputDef> named = parse_input(fetch);
      const std::optional<std::size_t> at = named ? nodes_.find(named->node) : std::nullopt;
      if (!at)
        fail(ErrorCode::invalid_argument, "the file has no node " + in_quotes(fetch) + " to fetch",
             "name a node as TensorFlow does");
      roots.push_back(*at);
    }
    return roots;
  }

  /// Marks what the nodes depend on that are initial values.
  void mark_initial(const std::vector<std::size_t>& order) {
    for (auto at = order.rbegin(); at != order.rend(); ++at)
      if (is_initial_[*at])
        for (const InputDef& input : nodes_[*at].inputs)
          if (const auto from = nodes_.find(input.node)) is_initial_[*from] = true;
  }

  void build(std::size_t at) {
    const NodeDef& node = nodes_[at];
    const OpHandler* const handler = find_handler(node.op);
    has_effect_[at] = handler != nullptr && handler->has_effect;
    bool waits_for_failed = false;
    bool waits_for_left_out = false;
    for (const InputDef& input : node.inputs) {
      const std::optional<std::size_t> from = nodes_.find(input.node);
      if (!from)
        return problem(at, "the file has no node " + in_quotes(input.node) + ", its input");
      waits_for_failed = waits_for_failed || status_[*from] == Status::failed;
      waits_for_left_out = waits_for_left_out || status_[*from] == Status::left_out;
      if (has_effect_[*from]) has_effect_[at] = true;
    }
    const bool is_unwanted = !options_.initial_values && initial_assigns_.contains(at);
    if (is_for_tensorflow(node) || is_unwanted || (waits_for_left_out && hands_on(node))) {
      status_[at] = Status::left_out;
      return;
    }
    if (waits_for_failed) {
      status_[at] = Status::failed;
      if (handler == nullptr) problem(at, reason_without_handler(node));
      return;
    }
    if (handler == nullptr) return problem(at, reason_without_handler(node));
    if (waits_for_left_out)
      return problem(at, "it needs a text, or what a node for saving or summaries gives");
    build_by(*handler, at);
  }

  void build_by(const OpHandler& handler, std::size_t at) {
    const NodeDef& node = nodes_[at];
    try {
      std::vector<Output> inputs;
      std::vector<Output> waited_for;
      for (const InputDef& input : node.inputs) {
        const std::size_t from = *nodes_.find(input.node);
        if (!input.is_control)
          inputs.push_back(output(from, input.index));
        else if (has_effect_[from])  // the others change nothing by when they are done
          waited_for.push_back(outputs_[from].front());
      }
      const ControlDependencies after(graph_, waited_for);
      const NodeContext context(graph_, node, full_name(node.name), std::move(inputs), bindings_,
                                variable_context(at), is_initial_[at], constants_);
      std::vector<Output> made = handler.build(context);
      if (made.empty()) throw Unsupported{"it has no outputs"};
      outputs_[at] = std::move(made);
      status_[at] = Status::built;
    } catch (const Unsupported& unsupported) {
      problem(at, unsupported.reason);
    } catch (const Error& error) {
      const ErrorInfo& info = error.info();
      problem(at, info.message + (info.operands.empty() ? "" : " (inputs: " + info.operands + ")"));
    }
  }

  VariableContext variable_context(std::size_t at) const {
    VariableContext context;
    if (!is_variable_op(nodes_[at].op)) return context;
    const auto initializer = initializers_.find(at);
    if (initializer != initializers_.end()) {
      const InputDef& value = initializer->second.value;
      const std::size_t from = *nodes_.find(value.node);
      if (status_[from] != Status::built)
        throw Unsupported{"its initial value, " + in_quotes(value.node) +
                          ", cannot be imported; .initial_values = false leaves it out"};
      context.initial_value = output(from, value.index);
    }
    if (read_.has_collections) {
      const auto described =
          std::ranges::find(read_.variables, nodes_[at].name, &VariableDef::name);
      context.is_trainable = described != read_.variables.end() && described->is_trainable;
    }
    return context;
  }

  const Output& output(std::size_t from, std::uint32_t index) const {
    const std::vector<Output>& outputs = outputs_[from];
    if (index >= outputs.size() || outputs[index].node().outputs.empty())
      throw Unsupported{"it reads output " + std::to_string(index) + " of " +
                        in_quotes(nodes_[from].name) + ", an " + nodes_[from].op +
                        " that has none such in deft"};
    return outputs[index];
  }

  std::string full_name(const std::string& name) const {
    return allowed_name(options_.scope.empty() ? name : std::string(options_.scope) + "/" + name);
  }

  std::string reason_without_handler(const NodeDef& node) const {
    static const std::set<std::string_view> control{
        "Switch", "RefSwitch",   "Merge",         "RefMerge",      "Enter", "RefEnter",
        "Exit",   "RefExit",     "NextIteration", "LoopCond",      "While", "StatelessWhile",
        "If",     "StatelessIf", "Case",          "StatelessCase", "For"};
    if (control.contains(node.op)) return "control flow is not imported";
    if (read_.functions.contains(node.op) || node.op.ends_with("PartitionedCall"))
      return "functions are not imported: freeze or inline the graph";
    return "deft knows no such op";
  }

  void problem(std::size_t at, const std::string& reason) {
    status_[at] = Status::failed;
    if (is_initial_[at] && !options_.initial_values) {
      status_[at] = Status::left_out;
      return;
    }
    problems_.push_back("\n  " + nodes_[at].op + " " + in_quotes(nodes_[at].name) + ": " + reason);
  }

  [[noreturn]] void refuse_all() const {
    constexpr std::size_t most = 200;
    std::string list;
    for (std::size_t i = 0; i < std::min(most, problems_.size()); ++i) list += problems_[i];
    if (problems_.size() > most)
      list += "\n  and " + std::to_string(problems_.size() - most) + " more";
    fail(ErrorCode::invalid_argument,
         std::to_string(problems_.size()) +
             (problems_.size() == 1 ? " node cannot" : " nodes cannot") + " be imported:" + list +
             "\n",
         options_.fetches.empty() ? "name in .fetches a part without them" : "fetch less");
  }

  [[noreturn]] void refuse_cycle(const std::vector<std::size_t>& cycle) {
    for (const std::size_t at : cycle)
      if (find_handler(nodes_[at].op) == nullptr) problem(at, reason_without_handler(nodes_[at]));
    if (!problems_.empty()) refuse_all();
    std::string names;
    for (const std::size_t at : cycle)
      names += (names.empty() ? "" : " waits for ") + in_quotes(nodes_[at].name);
    fail(ErrorCode::cycle, "nodes wait for each other: " + names + " waits for the first",
         "give a graph without cycles");
  }

  [[noreturn]] void fail(ErrorCode code, const std::string& message,
                         const std::string& cure) const {
    throw GraphError({.code = code,
                      .message = in_quotes(read_.source->name) + ": " + message,
                      .cure = cure,
                      .op = "import_graph_def",
                      .where = options_.where});
  }

  ImportedGraph result() {
    ImportedGraph made;
    std::map<std::string, Output, std::less<>> variables;
    for (std::size_t at = 0; at < nodes_.size(); ++at) {
      const NodeDef& node = nodes_[at];
      if (status_[at] == Status::left_out) made.left_out.push_back(node.name);
      if (status_[at] != Status::built) continue;
      const Output& first = outputs_[at].front();
      if (node.op.starts_with("Placeholder") && first.node().op->effect == Effect::fed)
        made.placeholders.emplace_back(node.name, first);
      if (is_variable_op(node.op)) variables.emplace(node.name, first);
      made.nodes.emplace(node.name, std::move(outputs_[at]));
    }
    made.variables = by_checkpoint_name(nodes_, std::move(variables));
    return made;
  }

  Graph graph_;
  const GraphDef& read_;
  const ImportGraphDefOptions& options_;
  const NodeIndex nodes_;
  std::map<std::size_t, Initializer> initializers_;  // by variable; none if they are not wanted
  std::set<std::size_t> initial_assigns_;            // nodes that assign initial values
  Bindings bindings_;
  ConstantValues constants_;

  // By node.
  std::vector<Status> status_;
  std::vector<std::vector<Output>> outputs_;
  std::vector<bool> has_effect_;  // of the node, or of what it waits for
  std::vector<bool> is_initial_;

  std::vector<std::string> problems_;
};

}  // namespace

ImportedGraph import_nodes(const Graph& graph, const GraphDef& read,
                           const ImportGraphDefOptions& options) {
  return Importer(graph, read, options).run();
}

}  // namespace deft::tensorflow
