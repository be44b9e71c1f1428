#include "proto_reader.hpp"

namespace deft::onnx {
namespace {

std::pair<std::string, std::string> read_entry(WireReader message) {
  std::pair<std::string, std::string> entry;
  while (message.next()) {
    if (message.field() == 1) entry.first = message.text();
    if (message.field() == 2) entry.second = message.text();
  }
  return entry;
}

TensorProto read_tensor(WireReader message) {
  TensorProto tensor;
  while (message.next()) {
    switch (message.field()) {
      case 1:
        message.append_varints(tensor.dims);
        break;
      case 2:
        tensor.type = ElementType{message.varint<std::int32_t>()};
        break;
      case 3:
        message.fail("a tensor is cut into segments", "save it whole");
      case 4:
        message.append_fixed(tensor.f32);
        break;
      case 5:
        message.append_varints(tensor.i32);
        break;
      case 7:
        message.append_varints(tensor.i64);
        break;
      case 8:
        tensor.name = message.text();
        break;
      case 9:
        tensor.raw = message.bytes();
        break;
      case 10:
        message.append_fixed(tensor.f64);
        break;
      case 11:
        message.append_varints(tensor.u64);
        break;
      case 13:
        tensor.external.insert(read_entry(message.message()));
        break;
      case 14:
        tensor.is_external = message.varint<std::int32_t>() == 1;
        break;
      default:
        break;
    }
  }
  return tensor;
}

std::string read_sparse_name(WireReader message) {
  while (message.next())
    if (message.field() == 1) return read_tensor(message.message()).name;
  return {};
}

GraphProto read_graph(WireReader message);

/// Writers before version 2 of the format left the type out: then it is that of the value.
void set_type(AttributeProto& attribute, AttributeProto::Type type) {
  if (attribute.type == AttributeProto::Type::undefined) attribute.type = type;
}

AttributeProto read_attribute(WireReader message) {
  using Type = AttributeProto::Type;
  AttributeProto attribute;
  std::optional<Type> type;
  while (message.next()) {
    switch (message.field()) {
      case 1:
        attribute.name = message.text();
        break;
      case 2:
        attribute.f = message.fixed<float>();
        set_type(attribute, Type::f);
        break;
      case 3:
        attribute.i = message.varint<std::int64_t>();
        set_type(attribute, Type::i);
        break;
      case 4:
        attribute.s = std::string(message.bytes());
        set_type(attribute, Type::s);
        break;
      case 5:
        attribute.tensor = read_tensor(message.message());
        set_type(attribute, Type::tensor);
        break;
      case 6:
        attribute.graph = std::make_shared<const GraphProto>(read_graph(message.message()));
        set_type(attribute, Type::graph);
        break;
      case 7:
        message.append_fixed(attribute.floats);
        set_type(attribute, Type::floats);
        break;
      case 8:
        message.append_varints(attribute.ints);
        set_type(attribute, Type::ints);
        break;
      case 9:
        attribute.strings.emplace_back(message.bytes());
        set_type(attribute, Type::strings);
        break;
      case 20:
        type = Type{message.varint<std::int32_t>()};
        break;
      case 21:
        attribute.reference = message.text();
        break;
      default:
        break;
    }
  }
  if (attribute.name.empty()) message.fail("an attribute has no name", "save the model again");
  if (type) attribute.type = *type;
  return attribute;
}

NodeProto read_node(WireReader message) {
  NodeProto node;
  while (message.next()) {
    switch (message.field()) {
      case 1:
        node.inputs.push_back(message.text());
        break;
      case 2:
        node.outputs.push_back(message.text());
        break;
      case 3:
        node.name = message.text();
        break;
      case 4:
        node.op = message.text();
        break;
      case 5:
        node.attributes.push_back(read_attribute(message.message()));
        break;
      case 7:
        node.domain = message.text();
        break;
      case 8:
        node.overload = message.text();
        break;
      default:
        break;
    }
  }
  if (node.op.empty()) message.fail("a node has no operation", "save the model again");
  if (node.domain == "ai.onnx") node.domain.clear();
  return node;
}

DimensionProto read_dimension(WireReader message) {
  DimensionProto dimension;
  while (message.next()) {
    if (message.field() == 1) dimension.size = message.varint<std::int64_t>();
    if (message.field() == 2) dimension.name = message.text();
  }
  if (dimension.size && *dimension.size < 0) dimension.size.reset();  // as some exporters say "any"
  return dimension;
}

void read_tensor_type(WireReader message, ValueProto& value) {
  value.is_tensor = true;
  while (message.next()) {
    if (message.field() == 1) value.type = ElementType{message.varint<std::int32_t>()};
    if (message.field() != 2) continue;
    value.shape.emplace();
    WireReader shape = message.message();
    while (shape.next())
      if (shape.field() == 1) value.shape->push_back(read_dimension(shape.message()));
  }
}

ValueProto read_value(WireReader message) {
  ValueProto value;
  while (message.next()) {
    if (message.field() == 1) value.name = message.text();
    if (message.field() != 2) continue;
    WireReader type = message.message();
    while (type.next())
      if (type.field() == 1) read_tensor_type(type.message(), value);
  }
  return value;
}

GraphProto read_graph(WireReader message) {
  GraphProto graph;
  while (message.next()) {
    switch (message.field()) {
      case 1:
        graph.nodes.push_back(read_node(message.message()));
        break;
      case 2:
        graph.name = message.text();
        break;
      case 5:
        graph.initializers.push_back(read_tensor(message.message()));
        break;
      case 11:
        graph.inputs.push_back(read_value(message.message()));
        break;
      case 12:
        graph.outputs.push_back(read_value(message.message()));
        break;
      case 15:
        graph.sparse_initializers.push_back(read_sparse_name(message.message()));
        break;
      default:
        break;
    }
  }
  return graph;
}

void read_opset(WireReader message, Opsets& opsets) {
  std::string domain;
  std::int64_t version = 0;
  while (message.next()) {
    if (message.field() == 1) domain = message.text();
    if (message.field() == 2) version = message.varint<std::int64_t>();
  }
  if (domain == "ai.onnx") domain.clear();
  if (!opsets.emplace(domain, version).second && opsets[domain] != version)
    message.fail("it has two versions of the operations of the domain \"" + domain + "\"");
}

FunctionProto read_function(WireReader message) {
  FunctionProto function;
  while (message.next()) {
    switch (message.field()) {
      case 1:
        function.name = message.text();
        break;
      case 4:
        function.inputs.push_back(message.text());
        break;
      case 5:
        function.outputs.push_back(message.text());
        break;
      case 7:
        function.nodes.push_back(read_node(message.message()));
        break;
      case 9:
        read_opset(message.message(), function.opsets);
        break;
      case 10:
        function.domain = message.text();
        break;
      case 11:
        function.defaults.push_back(read_attribute(message.message()));
        break;
      case 13:
        function.overload = message.text();
        break;
      default:
        break;
    }
  }
  return function;
}

}  // namespace

ModelProto read_model(const WireSource& source) {
  ModelProto model;
  WireReader message(source);
  bool has_graph = false;
  while (message.next()) {
    switch (message.field()) {
      case 1:
        model.ir_version = message.varint<std::int64_t>();
        break;
      case 2:
        model.producer = message.text();
        break;
      case 3:
        model.producer_version = message.text();
        break;
      case 7:
        if (has_graph) message.fail("it has a second graph", "give a file of one model");
        has_graph = true;
        model.graph = read_graph(message.message());
        break;
      case 8:
        read_opset(message.message(), model.opsets);
        break;
      case 14:
        model.metadata.insert(read_entry(message.message()));
        break;
      case 25:
        model.functions.push_back(read_function(message.message()));
        break;
      default:
        break;
    }
  }
  const std::string cure = "give a whole model of ONNX";
  if (!has_graph) message.fail("it has no graph", cure);
  if (model.ir_version <= 0) message.fail("it has no version of the format (ir_version)", cure);
  if (model.opsets.empty() && model.ir_version < 3) model.opsets[""] = 1;
  if (model.opsets.empty()) message.fail("it has no versions of operations (opset_import)", cure);
  return model;
}

TensorProto read_tensor(const WireSource& source) { return read_tensor(WireReader(source)); }

}  // namespace deft::onnx
