#include "names.hpp"

#include <set>

namespace deft::onnx {
namespace {

/// What the nodes and outputs of a graph read and nothing inside it makes.
std::vector<std::string> captured(const GraphProto& graph) {
  std::set<std::string> made;
  for (const ValueProto& input : graph.inputs) made.insert(input.name);
  for (const TensorProto& initializer : graph.initializers) made.insert(initializer.name);
  for (const NodeProto& node : graph.nodes) made.insert(node.outputs.begin(), node.outputs.end());
  std::vector<std::string> outside;
  const auto read = [&](const std::string& name) {
    if (!name.empty() && made.count(name) == 0) outside.push_back(name);
  };
  for (const NodeProto& node : graph.nodes)
    for (const std::string& name : all_inputs(node)) read(name);
  for (const ValueProto& output : graph.outputs) read(output.name);
  return outside;
}

}  // namespace

std::string node_name(std::string_view name) {
  // A name stands at the beginning of the names of all that the node becomes.
  constexpr std::size_t longest = 200;
  std::string allowed;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '.' || c == '-' || c == '/';
    if (c == '/' && allowed.empty()) continue;  // it would lead out of the scopes around
    allowed += plain ? c : '_';
    if (allowed.size() == longest) break;
  }
  return allowed.empty() ? "value" : allowed;
}

std::vector<std::string> all_inputs(const NodeProto& node) {
  std::vector<std::string> names = node.inputs;
  const bool names_values = node.op == "Gradient" && node.domain == "ai.onnx.preview.training";
  for (const AttributeProto& attribute : node.attributes) {
    if (attribute.graph != nullptr)
      for (std::string& name : captured(*attribute.graph)) names.push_back(std::move(name));
    if (names_values) {
      names.insert(names.end(), attribute.strings.begin(), attribute.strings.end());
      if (!attribute.s.empty()) names.push_back(attribute.s);
    }
  }
  return names;
}

}  // namespace deft::onnx
