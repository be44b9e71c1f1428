#include <algorithm>
#include <string_view>
#include <vector>

#include <deft/core/glob.hpp>
#include <deft/core/op_def.hpp>
#include <deft/ops/state.hpp>
#include <deft/optim/minimize.hpp>

namespace deft {
std::vector<Output> parameters(const Output& y, std::string_view glob) {
  const Graph graph = y.graph();
  std::vector<bool> seen(y.node_id() + std::size_t{1});
  std::vector<NodeId> open{y.node_id()};
  seen[y.node_id()] = true;
  std::vector<Output> found;
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    const Output output = graph.output({id, 0});
    if (is_trainable(output) && matches_glob(glob, output.name())) found.push_back(output);
    const Node& node = graph.node(id);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const NodeId input = node.inputs[i].node;
      if (!node.op->needs_value(i) || seen[input]) continue;
      seen[input] = true;
      open.push_back(input);
    }
  }
  std::ranges::sort(found, {}, [](const Output& variable) { return variable.name(); });
  return found;
}

}  // namespace deft
