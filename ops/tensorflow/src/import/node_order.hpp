#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "graph_def/graph_def.hpp"
#include "import/node_context.hpp"

namespace deft::tensorflow {

/// A list of the nodes of a graph by name. Throws FileError if two have the same.
class NodeIndex {
 public:
  explicit NodeIndex(const GraphDef& graph);

  std::size_t size() const { return graph_.nodes.size(); }
  const NodeDef& operator[](std::size_t i) const { return graph_.nodes[i]; }
  std::optional<std::size_t> find(std::string_view name) const;

 private:
  const GraphDef& graph_;
  std::map<std::string_view, std::size_t> by_name_;
};

/// How a variable begins.
struct Initializer {
  std::size_t assign = 0;  // the node that assigns the initial value
  InputDef value;
};

/// By variable: how it begins, where that depends neither on a variable nor on what is fed.
std::map<std::size_t, Initializer> find_initializers(const GraphDef& graph, const NodeIndex& nodes);

bool is_variable_op(std::string_view op);

/// An order in which nodes can be built.
struct NodeOrder {
  std::vector<std::size_t> order;  // of those that are needed, every one behind its inputs
  std::vector<std::size_t> cycle;  // nodes that wait for each other; empty if all is well
};

/// The nodes that `roots` need, inputs first. A variable comes behind its initial value. Inputs
/// that are no nodes of the graph are passed over.
NodeOrder order_nodes(const NodeIndex& nodes,
                      const std::map<std::size_t, Initializer>& initializers,
                      const std::vector<std::size_t>& roots);

}  // namespace deft::tensorflow
