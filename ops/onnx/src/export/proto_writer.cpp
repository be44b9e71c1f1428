#include "export/proto_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/files/wire.hpp>

namespace deft::onnx {
namespace {

/// Numbers of fields are those of onnx.proto.
class ProtoWriter {
 public:
  void write(const ModelProto& model) {
    wire_.varint(1, model.ir_version);
    wire_.bytes(2, model.producer);
    if (!model.producer_version.empty()) wire_.bytes(3, model.producer_version);
    wire_.message(7, [&] { write(model.graph); });
    write_opsets(8, model.opsets);
    for (const auto& [key, value] : model.metadata) write_pair(14, key, value);
    for (const FunctionProto& function : model.functions)
      wire_.message(25, [&] { write(function); });
  }

  void write(const FunctionProto& function) {
    wire_.bytes(1, function.name);
    for (const std::string& input : function.inputs) wire_.bytes(4, input);
    for (const std::string& output : function.outputs) wire_.bytes(5, output);
    for (const std::string& attribute : function.attributes) wire_.bytes(6, attribute);
    for (const NodeProto& node : function.nodes) wire_.message(7, [&] { write(node); });
    write_opsets(9, function.opsets);
    wire_.bytes(10, function.domain);
  }

  std::string text() && { return std::move(wire_).text(); }

 private:
  void write(const GraphProto& graph) {
    for (const NodeProto& node : graph.nodes) wire_.message(1, [&] { write(node); });
    wire_.bytes(2, graph.name);
    for (const TensorProto& tensor : graph.initializers) wire_.message(5, [&] { write(tensor); });
    for (const ValueProto& input : graph.inputs) wire_.message(11, [&] { write(input); });
    for (const ValueProto& output : graph.outputs) wire_.message(12, [&] { write(output); });
  }

  void write(const NodeProto& node) {
    for (const std::string& input : node.inputs) wire_.bytes(1, input);
    for (const std::string& output : node.outputs) wire_.bytes(2, output);
    wire_.bytes(3, node.name);
    wire_.bytes(4, node.op);
    for (const AttributeProto& attribute : node.attributes)
      wire_.message(5, [&] { write(attribute); });
    if (!node.domain.empty()) wire_.bytes(7, node.domain);
  }

  void write(const AttributeProto& attribute) {
    wire_.bytes(1, attribute.name);
    switch (attribute.type) {
      case AttributeProto::Type::f:
        wire_.fixed(2, attribute.f);
        break;
      case AttributeProto::Type::i:
        wire_.varint(3, attribute.i);
        break;
      case AttributeProto::Type::s:
        wire_.bytes(4, attribute.s);
        break;
      case AttributeProto::Type::tensor:
        wire_.message(5, [&] { write(attribute.tensor.value()); });
        break;
      case AttributeProto::Type::ints:
        for (const std::int64_t number : attribute.ints) wire_.varint(8, number);
        break;
      default:
        throw InternalError("an attribute is exported of a type that no writer makes");
    }
    wire_.varint(20, static_cast<std::int32_t>(attribute.type));
  }

  void write(const TensorProto& tensor) {
    wire_.packed_varints(1, std::span(tensor.dims));
    wire_.varint(2, static_cast<std::int32_t>(tensor.type));
    if (!tensor.name.empty()) wire_.bytes(8, tensor.name);
    wire_.bytes(9, tensor.raw.value());
  }

  void write(const ValueProto& value) {
    wire_.bytes(1, value.name);
    wire_.message(2, [&] {
      wire_.message(1, [&] {
        wire_.varint(1, static_cast<std::int32_t>(value.type));
        wire_.message(2, [&] {
          for (const DimensionProto& dimension : value.shape.value())
            wire_.message(1, [&] { write(dimension); });
        });
      });
    });
  }

  void write(const DimensionProto& dimension) {
    if (dimension.size) wire_.varint(1, *dimension.size);
    if (!dimension.name.empty()) wire_.bytes(2, dimension.name);
  }

  void write_opsets(std::uint32_t field, const Opsets& opsets) {
    for (const auto& opset : opsets)
      wire_.message(field, [&] {
        wire_.bytes(1, opset.first);
        wire_.varint(2, opset.second);
      });
  }

  void write_pair(std::uint32_t field, const std::string& key, const std::string& value) {
    wire_.message(field, [&] {
      wire_.bytes(1, key);
      wire_.bytes(2, value);
    });
  }

  WireWriter wire_;
};

}  // namespace

std::string write_model(const ModelProto& model) {
  ProtoWriter writer;
  writer.write(model);
  return std::move(writer).text();
}

std::string write_function(const FunctionProto& function) {
  ProtoWriter writer;
  writer.write(function);
  return std::move(writer).text();
}

}  // namespace deft::onnx
