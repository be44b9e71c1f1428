#include <deft/tensorflow/description.hpp>

#include <set>
#include <string_view>
#include <utility>

#include <deft/core/error.hpp>

#include "data_types.hpp"
#include "graph_def/tensor_def.hpp"
#include "import/graph_file.hpp"
#include "import/left_out.hpp"
#include "import/node_order.hpp"

namespace deft {
namespace tensorflow {
namespace {

GraphDefValue described(const NodeDef& node) {
  GraphDefValue value{.name = node.name};
  if (const auto* type = node.get<TypeDef>("dtype")) {
    value.type = type_name(type->number);
    value.dtype = dtype_of_type(type->number);
  }
  if (const auto* shape = node.get<ShapeDef>("shape")) value.shape = *shape;
  return value;
}

/// Counts the elements of a constant. What cannot be read is told by the import.
void count(const NodeDef& node, GraphDefDescription& description) {
  const auto* tensor = node.get<TensorDef>("value");
  if (tensor == nullptr || !dtype_of_type(type_of(*tensor))) return;
  try {
    const CompactTensor read = read_tensor(*tensor);
    const auto elements = static_cast<std::uint64_t>(read.shape.num_elements());
    const std::uint64_t bytes = read.shape.num_bytes(read.elements.dtype());
    constexpr std::uint64_t most = std::uint64_t{1} << 60;  // so that sums are in range
    if (bytes > most || static_cast<std::uint64_t>(description.constant_bytes) > most) return;
    description.constants += static_cast<std::int64_t>(elements);
    description.constant_bytes += static_cast<std::int64_t>(bytes);
  } catch (const Error&) {
    return;
  }
}

bool may_be_result(const NodeDef& node) {
  static const std::set<std::string_view> others{"NoOp", "Const", "Placeholder",
                                                 "PlaceholderWithDefault"};
  return !others.contains(node.op) && !node.op.starts_with("Assign") && !is_for_tensorflow(node) &&
         !is_variable_op(node.op) && node.op.find("Apply") == std::string::npos;
}

}  // namespace
}  // namespace tensorflow

GraphDefDescription describe_graph_def(const std::string& path,
                                       const std::vector<std::string>& tags, SourceLocation where) {
  using namespace tensorflow;
  GraphFile file = open_graph_file(path, where);
  GraphDefDescription description{.format = file.format};
  const GraphDef graph = read_graph_file(std::move(file), tags, where);
  std::set<std::string_view> read;
  for (const NodeDef& node : graph.nodes) {
    for (const InputDef& input : node.inputs) read.insert(input.node);
    ++description.operations[node.op];
    if (node.op.starts_with("Placeholder") && !is_for_tensorflow(node))
      description.placeholders.push_back(described(node));
    if (is_variable_op(node.op)) description.variables.push_back(described(node));
    if (node.op == "Const") count(node, description);
  }
  for (const NodeDef& node : graph.nodes)
    if (may_be_result(node) && !read.contains(node.name)) description.ends.push_back(node.name);
  return description;
}

}  // namespace deft
