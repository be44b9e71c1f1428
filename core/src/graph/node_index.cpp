#include "node_index.hpp"

#include <functional>

namespace deft {

std::size_t NodeIndex::Hash::operator()(const NameTable::Name& name) const {
  constexpr std::size_t spread = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
  return std::hash<std::string_view>()(name.base) ^ name.suffix * spread;
}

std::optional<NodeId> NodeIndex::find(const StableVector<Node>& nodes, std::string_view name) {
  for (; known_ < nodes.size(); ++known_) {
    const Node& node = nodes[known_];
    nodes_.emplace(NameTable::Name{node.base_name, node.name_suffix}, static_cast<NodeId>(known_));
  }
  const auto found = nodes_.find(NameTable::split(name));
  return found == nodes_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace deft
