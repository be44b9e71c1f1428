#include "graph_def.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <deft/core/files/wire.hpp>

#include "line_text.hpp"
#include "proto_fields.hpp"

namespace deft {
namespace {

using namespace proto;

void write_shape(WireWriter& out, Field field, const Shape& dims) {
  out.message(field, [&] {
    for (const std::int64_t size : dims.dims())
      out.message(shape::dim, [&] { out.varint(dim::size, size); });
  });
}

/// AttrValue.
struct AttributeWriter {
  WireWriter& out;

  void operator()(bool value) const { out.varint(attr_value::b, value ? 1 : 0); }
  void operator()(std::int64_t value) const { out.varint(attr_value::i, value); }
  void operator()(double value) const { out.fixed(attr_value::f, static_cast<float>(value)); }
  void operator()(const std::string& value) const { out.bytes(attr_value::s, value); }
  void operator()(DType value) const { out.varint(attr_value::type, type_of(value)); }
  void operator()(const Shape& value) const { write_shape(out, attr_value::shape, value); }
  void operator()(const std::vector<std::int64_t>& values) const {
    out.message(attr_value::list,
                [&] { out.packed_varints(attr_value::i, std::span<const std::int64_t>(values)); });
  }
  void operator()(const Tensor& value) const { (*this)(to_string(value.spec())); }
};

template <class Body>
void write_attribute(WireWriter& out, std::string_view name, const Body& body) {
  out.message(node_def::attr, [&] {
    out.bytes(map_entry::key, name);
    out.message(map_entry::value, body);
  });
}

void write_outputs(WireWriter& out, const Node& node) {
  const auto shapes = [&] {
    out.message(attr_value::list, [&] {
      for (const TensorSpec& output : node.outputs)
        write_shape(out, attr_value::shape, output.shape);
    });
  };
  const auto dtypes = [&] {
    if (node.outputs.size() == 1) return AttributeWriter{out}(node.outputs[0].dtype);
    out.message(attr_value::list, [&] {
      for (const TensorSpec& output : node.outputs)
        out.varint(attr_value::type, type_of(output.dtype));
    });
  };
  if (node.attributes->find("_output_shapes") == nullptr)
    write_attribute(out, "_output_shapes", shapes);
  if (node.attributes->find("dtype") == nullptr) write_attribute(out, "dtype", dtypes);
}

void write_attributes(WireWriter& out, const Node& node) {
  for (const auto& [name, value] : node.attributes->entries()) {
    const AttributeValue& what = value;
    write_attribute(out, name, [&] { std::visit(AttributeWriter{out}, what); });
  }
  if (!node.outputs.empty()) write_outputs(out, node);
  if (node.attributes->find("line") == nullptr)
    write_attribute(out, "line", [&] { AttributeWriter{out}(line_text(node.where)); });
}

/// The nodes that each one of the first `size` waits for by Graph::add_control_dependency.
std::vector<std::vector<NodeId>> added_controls(const Graph& graph, std::size_t size) {
  std::vector<std::vector<NodeId>> controls(size);
  for (const auto& [before, after] : graph.added_control_edges())
    if (before < size && after < size) controls[after].push_back(before);
  return controls;
}

}  // namespace

std::string graph_def_of(const Graph& graph) {
  const std::size_t size = graph.num_nodes();
  const std::vector<std::vector<NodeId>> added = added_controls(graph, size);
  WireWriter out;
  for (NodeId id = 0; id < size; ++id) {
    const Node& node = graph.node(id);
    const auto write_control = [&](NodeId before) {
      out.bytes(node_def::input, "^" + graph.node(before).name());
    };
    out.message(graph_def::node, [&] {
      out.bytes(node_def::name, node.name());
      out.bytes(node_def::op, node.op->name);
      for (const Endpoint input : node.inputs)
        out.bytes(node_def::input, graph.node(input.node).output_name(input.index));
      for (const NodeId before : node.control_inputs) write_control(before);
      for (const NodeId before : added[id]) write_control(before);
      write_attributes(out, node);
    });
  }
  return std::move(out).text();
}

}  // namespace deft
