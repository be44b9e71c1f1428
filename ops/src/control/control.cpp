#include <deft/ops/control.hpp>

#include <span>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>

namespace deft {
namespace builtin {

/// No inputs, no outputs; its control inputs are what it waits for.
extern constexpr OpDef no_op{
    .name = "no_op",
    .infer = [](const InferContext&) { return std::vector<TensorSpec>{}; },
    .gradient = [](const GradientContext&) { return std::vector<Output>{}; },
    .kernel = [](const KernelContext&) { return Kernel{}; },
};

constexpr const OpDef* control_list[] = {&no_op};
extern constexpr std::span<const OpDef* const> control_ops = control_list;

}  // namespace builtin

Output no_op(const Graph& graph, const NodeOptions& options) {
  return graph.add(builtin::no_op, {}, {}, options);
}

Output group(const std::vector<Output>& outputs, const NodeOptions& options) {
  const auto refuse = [&](ErrorCode code, const std::string& message, const std::string& cure) {
    throw GraphError({.code = code,
                      .message = message,
                      .cure = cure,
                      .op = "group",
                      .node = std::string(options.name),
                      .where = options.where});
  };
  if (outputs.empty())
    refuse(ErrorCode::invalid_argument, "takes at least 1 Output, but none is given",
           "use no_op(graph)");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string which = "input " + std::to_string(i);
    if (outputs[i].is_empty())
      refuse(ErrorCode::empty_handle, which + " is an empty Output",
             "give it the result of a builder");
    if (!(outputs[i].graph() == outputs[0].graph()))
      refuse(ErrorCode::wrong_graph,
             which + ", '" + outputs[i].name() + "', belongs to another graph than input 0, '" +
                 outputs[0].name() + "'",
             "group nodes of one graph");
  }
  const Graph graph = outputs.front().graph();
  const ControlDependencies after(graph, outputs, options.where);
  NodeOptions named = options;
  if (named.name.empty()) named.name = "group";
  return no_op(graph, named);
}

}  // namespace deft
