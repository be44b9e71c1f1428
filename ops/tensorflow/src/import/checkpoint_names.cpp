#include "import/checkpoint_names.hpp"

#include <optional>
#include <vector>

#include "graph_def/fields.hpp"

namespace deft::tensorflow {
namespace {

/// The texts of a constant; empty if the node is none.
std::vector<std::string> texts_of(const NodeDef& node) {
  std::vector<std::string> texts;
  const auto* const tensor = node.get<TensorDef>("value");
  if (tensor == nullptr) return texts;
  WireReader reader = tensor->reader;
  while (reader.next())
    if (reader.field() == fields::tensor::string_val) texts.emplace_back(reader.bytes());
  return texts;
}

/// The variable whose value an output is, if it only hands that on.
std::optional<std::string> variable_of(const NodeIndex& nodes, std::string_view name) {
  std::optional<std::size_t> at = nodes.find(name);
  for (std::size_t steps = 0; at && steps < nodes.size(); ++steps) {
    const NodeDef& node = nodes[*at];
    if (is_variable_op(node.op)) return node.name;
    if ((node.op != "ReadVariableOp" && node.op != "Identity") || node.inputs.empty()) return {};
    at = nodes.find(node.inputs[0].node);
  }
  return {};
}

}  // namespace

std::map<std::string, Output, std::less<>> by_checkpoint_name(
    const NodeIndex& nodes, std::map<std::string, Output, std::less<>> variables) {
  std::map<std::string, Output, std::less<>> named;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeDef& save = nodes[i];
    if (save.op != "SaveV2" || save.inputs.size() < 3) continue;
    const std::optional<std::size_t> names_at = nodes.find(save.inputs[1].node);
    if (!names_at) continue;
    const std::vector<std::string> names = texts_of(nodes[*names_at]);
    for (std::size_t k = 0; k < names.size() && k + 3 < save.inputs.size(); ++k) {
      const std::optional<std::string> variable = variable_of(nodes, save.inputs[k + 3].node);
      const auto found = variable ? variables.find(*variable) : variables.end();
      if (found == variables.end()) continue;
      named.emplace(names[k], found->second);
      variables.erase(found);
    }
  }
  named.merge(variables);
  return named;
}

}  // namespace deft::tensorflow
