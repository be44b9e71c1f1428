#include <deft/core/dot.hpp>

#include <sstream>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/property_map/function_property_map.hpp>

namespace deft {
namespace {

struct EdgeLabel {
  bool control = false;
  Endpoint from = {};  // of an edge of data
};

using Drawing = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS,
                                      boost::no_property, EdgeLabel>;

Drawing draw(const Graph& graph, std::size_t size) {
  Drawing drawing(size);
  for (NodeId id = 0; id < size; ++id) {
    const Node& node = graph.node(id);
    for (const Endpoint input : node.inputs)
      add_edge(input.node, id, EdgeLabel{.from = input}, drawing);
    for (const NodeId before : node.control_inputs)
      add_edge(before, id, EdgeLabel{.control = true}, drawing);
  }
  for (const auto& [before, after] : graph.added_control_edges())
    if (before < size && after < size) add_edge(before, after, EdgeLabel{.control = true}, drawing);
  return drawing;
}

/// "matmul_1\nmatmul\nf32[2, 3]"; names and specs hold no character that DOT would need escaped.
std::string label(const Node& node) {
  std::string text = node.name();
  if (node.name() != node.op->name) text += "\\n" + std::string(node.op->name);
  for (const TensorSpec& output : node.outputs) text += "\\n" + to_string(output);
  return text;
}

}  // namespace

std::string to_dot(const Graph& graph) {
  const std::size_t size = graph.num_nodes();
  const Drawing drawing = draw(graph, size);
  std::ostringstream out;
  boost::write_graphviz(
      out, drawing,
      [&](std::ostream& o, NodeId id) {
        const Node& node = graph.node(id);
        o << "[label=\"" << label(node) << "\""
          << (node.op->effect == Effect::none ? "" : ", style=bold") << "]";
      },
      [&](std::ostream& o, const Drawing::edge_descriptor& edge) {
        const EdgeLabel& label = drawing[edge];
        if (label.control) o << "[style=dashed]";
        if (label.from.index != 0)
          o << "[label=\"" << graph.node(label.from.node).output_name(label.from.index) << "\"]";
      },
      [](std::ostream& o) { o << "node [shape=box, fontname=\"sans-serif\"];\n"; },
      // As text: numbers Boost.Graph would write by the rules of the global locale.
      boost::make_function_property_map<NodeId>([](NodeId id) { return std::to_string(id); }));
  return out.str();
}

}  // namespace deft
