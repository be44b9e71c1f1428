#include "node_order.hpp"

#include <cstddef>
#include <map>
#include <utility>

#include "names.hpp"

namespace deft::onnx {

std::vector<const NodeProto*> needed_nodes(
    const std::vector<NodeProto>& nodes, const std::vector<std::string>& wanted,
    const std::function<bool(const std::string&)>& is_given) {
  std::map<std::string, const NodeProto*> makers;
  for (const NodeProto& node : nodes)
    for (const std::string& output : node.outputs)
      if (!output.empty() && !makers.emplace(output, &node).second)
        throw NoOrder{"two nodes make the value \"" + output + '"'};

  enum class Visit { begun, done };
  std::map<const NodeProto*, Visit> visits;
  std::vector<const NodeProto*> order;
  std::vector<const NodeProto*> stack;
  const auto open = [&](const std::string& name) {
    const auto maker = makers.find(name);
    if (maker != makers.end()) {
      stack.push_back(maker->second);
    } else if (!name.empty() && !is_given(name)) {
      throw NoOrder{"nothing makes the value \"" + name + '"'};
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
          throw NoOrder{"the value \"" + input + "\" depends on itself"};
        stack.pop_back();
      }
      continue;
    }
    stack.pop_back();
    if (std::exchange(visit->second, Visit::done) == Visit::begun) order.push_back(node);
  }
  return order;
}

}  // namespace deft::onnx
