#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include <deft/core/graph.hpp>

#include "name_table.hpp"
#include "stable_vector.hpp"

namespace deft {

/// The nodes of a graph by name. Most programs look for none: so it learns of nodes when it is
/// asked, and takes no memory before.
class NodeIndex {
 public:
  /// The node of this name among `nodes`, which are always those of one graph.
  std::optional<NodeId> find(const StableVector<Node>& nodes, std::string_view name);

 private:
  struct Hash {
    std::size_t operator()(const NameTable::Name& name) const;
  };

  std::unordered_map<NameTable::Name, NodeId, Hash> nodes_;  // all before node `known_`
  std::size_t known_ = 0;
};

}  // namespace deft
