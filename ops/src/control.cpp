#include <deft/ops/control.hpp>

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

}  // namespace builtin

Output no_op(const Graph& graph, const NodeOptions& options) {
  return graph.add(builtin::no_op, {}, {}, options);
}

Output group(const std::vector<Output>& outputs, const NodeOptions& options) {
  if (outputs.empty())
    throw GraphError({.message = "a group of nothing",
                      .cure = "use no_op(graph)",
                      .op = "group",
                      .node = std::string(options.name),
                      .where = options.where});
  if (!outputs.front())
    throw GraphError({.code = ErrorCode::empty_handle,
                      .message = "input 0 is an empty Output",
                      .cure = "give it the result of a builder",
                      .op = "group",
                      .node = std::string(options.name),
                      .where = options.where});
  const Graph graph = outputs.front().graph();
  const ControlDependencies after(graph, outputs, options.where);
  NodeOptions named = options;
  if (named.name.empty()) named.name = "group";
  return no_op(graph, named);
}

}  // namespace deft
