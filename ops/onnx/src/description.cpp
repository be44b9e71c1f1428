#include <deft/onnx/description.hpp>

#include <utility>

#include <deft/core/files/bytes.hpp>

#include "proto.hpp"
#include "proto_reader.hpp"
#include "tensors.hpp"

namespace deft {
namespace onnx {
namespace {

OnnxValue described(const ValueProto& value) {
  OnnxValue result{.name = value.name, .type = "no tensor"};
  if (!value.is_tensor) return result;
  result.type = name_of(value.type);
  result.dtype = dtype_of(value.type);
  if (!value.shape) return result;
  result.shape.emplace();
  for (const DimensionProto& dimension : *value.shape)
    result.shape->push_back({dimension.size, dimension.name});
  return result;
}

OnnxValue described(const TensorProto& tensor) {
  OnnxValue result{.name = tensor.name,
                   .type = name_of(tensor.type),
                   .dtype = dtype_of(tensor.type),
                   .shape = std::vector<OnnxDimension>()};
  for (const std::int64_t size : tensor.dims) result.shape->push_back({size, ""});
  return result;
}

/// Counts what graphs and functions hold. What does not fit in 63 bits, as only a damaged file has
/// it, counts as nothing.
class Counter {
 public:
  explicit Counter(OnnxDescription& description) : description_(description) {}

  void add(const GraphProto& graph) {
    for (const TensorProto& initializer : graph.initializers) add(initializer);
    add(graph.nodes);
  }

  void add(const std::vector<NodeProto>& nodes) {
    for (const NodeProto& node : nodes) {
      ++description_.operations[(node.domain.empty() ? "" : node.domain + '.') + node.op];
      for (const AttributeProto& attribute : node.attributes) {
        if (attribute.tensor) add(*attribute.tensor);
        if (attribute.graph != nullptr) add(*attribute.graph);
      }
    }
  }

 private:
  void add(const TensorProto& tensor) {
    std::int64_t elements = 1;
    for (const std::int64_t size : tensor.dims)
      if (size < 0 || __builtin_mul_overflow(elements, size, &elements)) return;
    const std::optional<DType> dtype = dtype_of(tensor.type);
    const std::int64_t width = dtype ? static_cast<std::int64_t>(size_of(*dtype)) : 0;
    std::int64_t bytes = 0;
    std::int64_t all_elements = 0;
    std::int64_t all_bytes = 0;
    if (__builtin_mul_overflow(elements, width, &bytes) ||
        __builtin_add_overflow(description_.parameters, elements, &all_elements) ||
        __builtin_add_overflow(description_.parameter_bytes, bytes, &all_bytes))
      return;
    description_.parameters = all_elements;
    description_.parameter_bytes = all_bytes;
  }

  OnnxDescription& description_;
};

}  // namespace
}  // namespace onnx

OnnxDescription describe_onnx(const std::string& path, SourceLocation where) {
  const std::string bytes = read_bytes(path, where);
  const WireSource source{path, bytes, where};
  const onnx::ModelProto model = onnx::read_model(source);
  OnnxDescription description{.ir_version = model.ir_version,
                              .opsets = model.opsets,
                              .producer = model.full_producer(),
                              .metadata = model.metadata};
  for (const onnx::ValueProto& input : model.graph.inputs)
    description.inputs.push_back(onnx::described(input));
  for (const onnx::ValueProto& output : model.graph.outputs)
    description.outputs.push_back(onnx::described(output));
  for (const onnx::TensorProto& initializer : model.graph.initializers)
    description.initializers.push_back(onnx::described(initializer));
  onnx::Counter counter(description);
  counter.add(model.graph);
  for (const onnx::FunctionProto& function : model.functions) counter.add(function.nodes);
  return description;
}

}  // namespace deft
