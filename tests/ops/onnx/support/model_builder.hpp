#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <deft/core/files/wire.hpp>
#include <deft/core/tensor.hpp>
#include <deft/onnx/onnx.hpp>

#include "tensors.hpp"

namespace deft::onnx {

/// The bytes of a GraphProto, for attributes that are graphs.
struct GraphBytes {
  std::string bytes;
};

/// A parameter of a node: `TestAttribute{"axes", std::vector<std::int64_t>{0, 1}}`. Without
/// ambiguity: `{"axis", 1}`, `{"alpha", 0.5}`, `{"mode", "edge"}`.
struct TestAttribute {
  using Value = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>,
                             std::vector<float>, std::vector<std::string>, Tensor, GraphBytes>;

  TestAttribute(std::string of_name, int integer)
      : name(std::move(of_name)), value(std::int64_t{integer}) {}
  TestAttribute(std::string of_name, double number)
      : name(std::move(of_name)), value(static_cast<float>(number)) {}
  TestAttribute(std::string of_name, const char* text)
      : name(std::move(of_name)), value(std::string(text)) {}
  TestAttribute(std::string of_name, Value of_value)
      : name(std::move(of_name)), value(std::move(of_value)) {}

  std::string name;
  Value value;
};

using Integers = std::vector<std::int64_t>;
using Names = std::vector<std::string>;
using Attributes = std::vector<TestAttribute>;

/// The number of the element type that is this dtype.
inline ElementType element_type(DType dtype) {
  for (std::int32_t number = 1; number <= 16; ++number)
    if (dtype_of(ElementType{number}) == dtype) return ElementType{number};
  throw std::logic_error("a dtype without an element type");
}

/// Puts a model together, field by field of onnx.proto. Names are not checked.
class ModelBuilder {
 public:
  /// A dimension is a number, or a name of one that is not known.
  using Dimension = std::variant<std::int64_t, std::string>;

  explicit ModelBuilder(std::int64_t opset = 17) { opsets_[""] = opset; }

  ModelBuilder& opset(const std::string& domain, std::int64_t version) {
    opsets_[domain] = version;
    return *this;
  }

  ModelBuilder& input(const std::string& name, DType dtype,
                      const std::vector<Dimension>& dimensions) {
    graph_.message(11, [&] {
      graph_.bytes(1, name);
      graph_.message(2, [&] {
        graph_.message(1, [&] {
          graph_.varint(1, static_cast<std::int32_t>(element_type(dtype)));
          graph_.message(2, [&] {
            for (const Dimension& dimension : dimensions) add(dimension);
          });
        });
      });
    });
    return *this;
  }

  ModelBuilder& initializer(const std::string& name, const Tensor& value) {
    graph_.message(5, [&] { add(graph_, name, value); });
    return *this;
  }

  ModelBuilder& node(const std::string& op, const Names& inputs, const Names& outputs,
                     const Attributes& attributes = {}, const std::string& domain = {}) {
    graph_.message(1, [&] {
      for (const std::string& input : inputs) graph_.bytes(1, input);
      for (const std::string& output : outputs) graph_.bytes(2, output);
      graph_.bytes(4, op);
      for (const TestAttribute& attribute : attributes) graph_.message(5, [&] { add(attribute); });
      graph_.bytes(7, domain);
    });
    return *this;
  }

  ModelBuilder& output(const std::string& name) {
    graph_.message(12, [&] { graph_.bytes(1, name); });
    return *this;
  }

  /// What has been built, as the graph of an attribute.
  GraphBytes graph() const { return {graph_.text()}; }

  /// What has been built, as a model.
  std::string model() const {
    WireWriter model;
    model.varint(1, 8);
    model.bytes(7, graph_.text());
    for (const auto& opset : opsets_)
      model.message(8, [&] {
        model.bytes(1, opset.first);
        model.varint(2, opset.second);
      });
    return std::move(model).text();
  }

  OnnxModel import(const Graph& graph, const OnnxImportOptions& options = {}) const {
    const std::string text = model();
    return import_onnx(graph, std::as_bytes(std::span(text)), options);
  }

 private:
  void add(const Dimension& dimension) {
    graph_.message(1, [&] {
      if (const auto* size = std::get_if<std::int64_t>(&dimension))
        graph_.varint(1, *size);
      else
        graph_.bytes(2, std::get<std::string>(dimension));
    });
  }

  static void add(WireWriter& to, const std::string& name, const Tensor& value) {
    const auto dims = value.shape().dims();
    to.packed_varints<std::int64_t>(1, std::vector<std::int64_t>(dims.begin(), dims.end()));
    to.varint(2, static_cast<std::int32_t>(element_type(value.dtype())));
    to.bytes(8, name);
    to.bytes(9, {static_cast<const char*>(value.raw()), value.num_bytes()});
  }

  void add(const TestAttribute& attribute) {
    graph_.bytes(1, attribute.name);
    std::visit([&](const auto& value) { add_value(value); }, attribute.value);
  }

  void add_type(AttributeProto::Type type) { graph_.varint(20, static_cast<std::int32_t>(type)); }

  void add_value(float value) {
    graph_.fixed(2, value);
    add_type(AttributeProto::Type::f);
  }
  void add_value(std::int64_t value) {
    graph_.varint(3, value);
    add_type(AttributeProto::Type::i);
  }
  void add_value(const std::string& value) {
    graph_.bytes(4, value);
    add_type(AttributeProto::Type::s);
  }
  void add_value(const Tensor& value) {
    graph_.message(5, [&] { add(graph_, "", value); });
    add_type(AttributeProto::Type::tensor);
  }
  void add_value(const GraphBytes& value) {
    graph_.bytes(6, value.bytes);
    add_type(AttributeProto::Type::graph);
  }
  void add_value(const std::vector<float>& values) {
    graph_.packed_fixed<float>(7, values);
    add_type(AttributeProto::Type::floats);
  }
  void add_value(const Integers& values) {
    graph_.packed_varints<std::int64_t>(8, values);
    add_type(AttributeProto::Type::ints);
  }
  void add_value(const Names& values) {
    for (const std::string& value : values) graph_.bytes(9, value);
    add_type(AttributeProto::Type::strings);
  }

  WireWriter graph_;
  std::map<std::string, std::int64_t> opsets_;
};

}  // namespace deft::onnx
