#include <algorithm>

#include "../run_error.hpp"
#include "draft.hpp"

namespace deft {
namespace {

/// True if the value of a node comes from elsewhere, not from a kernel.
bool is_source(const OpDef& op) {
  return op.effect == Effect::fed || op.effect == Effect::reads_variable || op.value != nullptr;
}

std::size_t bytes_of(const TensorSpec& spec) { return spec.shape.num_bytes(spec.dtype); }

/// What is wrong with a kernel, or nothing: a plan relies on it, whoever wrote the op.
std::string fault_of(const Kernel& kernel, const OpDef& op, Inputs inputs,
                     std::span<const TensorSpec> outputs) {
  if (kernel.forwards) {
    if (inputs.empty() || outputs.size() != 1 || !op.needs_value(0) ||
        op.effect == Effect::writes_variable)
      return "forwards, which is for ops without effect that make one output of input 0";
    if (bytes_of(inputs[0]) != bytes_of(outputs[0]))
      return "forwards " + to_string(inputs[0]) + " as " + to_string(outputs[0]);
  } else if (kernel.run == nullptr) {
    const auto missing = std::find_if(outputs.begin(), outputs.end(),
                                      [](const TensorSpec& spec) { return bytes_of(spec) != 0; });
    if (missing != outputs.end()) return "runs nothing, but must make " + to_string(*missing);
  }
  return {};
}

/// The kernel of a node whose inputs and outputs have concrete specs.
Kernel prepare(const Draft& draft, const Node& node, Inputs inputs,
               std::span<const TensorSpec> outputs) {
  if (node.op->kernel == nullptr)
    refuse_node(node, draft.graph, {.message = "has no kernel", .cure = "set OpDef::kernel"},
                inputs);
  Kernel kernel;
  try {
    kernel = node.op->kernel({inputs, outputs, *node.attributes});
  } catch (...) {
    std::rethrow_exception(failure_of("the kernel", node, draft.graph, inputs));
  }
  if (const std::string fault = fault_of(kernel, *node.op, inputs, outputs); !fault.empty())
    refuse_node(node, draft.graph,
                {.code = ErrorCode::internal,
                 .message = "the kernel " + fault,
                 .cure = "mend the kernel in the op's OpDef"},
                inputs);
  return kernel;
}

}  // namespace

std::string prepare_kernels(Draft& draft) {
  draft.roots.resize(draft.specs.size());
  for (ValueId value = 0; value < draft.specs.size(); ++value) draft.roots[value] = value;
  draft.kernels.resize(draft.order.size());
  std::vector<TensorSpec> inputs;
  std::size_t renamed = 0;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const Node& node = draft.node(at);
    if (!draft.needed[at] || is_source(*node.op)) continue;
    inputs.clear();
    for (const ValueId input : draft.inputs_of(at)) inputs.push_back(draft.specs[input]);
    draft.kernels[at] = prepare(draft, node, inputs, draft.outputs(at));
    if (!draft.kernels[at].forwards) continue;
    ++renamed;
    draft.roots[draft.first_value[at]] = draft.roots[draft.inputs_of(at)[0]];
  }
  return std::to_string(renamed) + " nodes only rename their input";
}

}  // namespace deft
