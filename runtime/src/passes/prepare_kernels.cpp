#include "../run_error.hpp"
#include "draft.hpp"

namespace deft {

void prepare_kernels(Draft& draft) {
  draft.roots.resize(draft.specs.size());
  for (ValueId value = 0; value < draft.specs.size(); ++value) draft.roots[value] = value;
  draft.kernels.resize(draft.order.size());
  std::vector<TensorSpec> inputs;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const Node& node = draft.node(at);
    if (!draft.needed[at] || node.op->kernel == nullptr) continue;
    inputs.clear();
    for (const ValueId input : draft.inputs_of(at)) inputs.push_back(draft.specs[input]);
    try {
      draft.kernels[at] = node.op->kernel({inputs, draft.outputs(at), *node.attributes});
    } catch (...) {
      std::rethrow_exception(kernel_failure(draft.graph, node));
    }
    if (draft.kernels[at].forwards)
      draft.roots[draft.first_value[at]] = draft.roots[draft.inputs_of(at)[0]];
  }
}

}  // namespace deft
