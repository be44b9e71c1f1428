#include "export/node_writer.hpp"

#include <utility>

#include "tensors.hpp"

namespace deft::onnx {

AttributeProto attribute(std::string name, std::int64_t value) {
  return {.name = std::move(name), .type = AttributeProto::Type::i, .i = value};
}

AttributeProto attribute(std::string name, std::string value) {
  return {.name = std::move(name), .type = AttributeProto::Type::s, .s = std::move(value)};
}

AttributeProto attribute(std::string name, std::vector<std::int64_t> value) {
  return {.name = std::move(name), .type = AttributeProto::Type::ints, .ints = std::move(value)};
}

AttributeProto to(DType dtype) {
  return attribute("to", static_cast<std::int64_t>(type_of(dtype)));
}

AttributeProto NodeWriter::attribute(std::string name, const Tensor& value) {
  return {.name = std::move(name), .type = AttributeProto::Type::tensor, .tensor = proto_of(value)};
}

std::string NodeWriter::prefixed(const std::string& op) const {
  return prefix_.empty() ? op : prefix_ + '/' + op;
}

TensorProto NodeWriter::proto_of(const Tensor& value) {
  tensors_.push_back(value);
  const Shape& shape = value.shape();
  return {.dims = {shape.dims().begin(), shape.dims().end()},
          .type = type_of(value.dtype()),
          .raw = std::string_view(static_cast<const char*>(value.raw()), value.num_bytes())};
}

void NodeWriter::add_to(std::vector<ValueName> outputs, const std::string& op,
                        std::vector<ValueName> inputs, Attributes attributes,
                        const std::string& domain) {
  nodes_.push_back({.inputs = std::move(inputs),
                    .outputs = std::move(outputs),
                    .name = names_.made(prefixed(op)),
                    .op = op,
                    .domain = domain,
                    .attributes = std::move(attributes)});
}

ValueName NodeWriter::add(const std::string& op, std::vector<ValueName> inputs,
                          Attributes attributes) {
  ValueName output = new_name(op);
  add_to({output}, op, std::move(inputs), std::move(attributes));
  return output;
}

void NodeWriter::constant_to(const ValueName& name, const Tensor& value) {
  if (place_ == Place::function) return add_to({name}, "Constant", {}, {attribute("value", value)});
  initializers_.push_back(proto_of(value));
  initializers_.back().name = name;
}

ValueName NodeWriter::constant(const Tensor& value, const std::string& what) {
  ValueName name = new_name(what);
  constant_to(name, value);
  return name;
}

ValueName NodeWriter::constant_beside(const ValueName& of, const Tensor& value,
                                      const std::string& what) {
  ValueName name = names_.made(of + '/' + what);
  constant_to(name, value);
  return name;
}

ValueName NodeWriter::integers(const std::vector<std::int64_t>& values, const std::string& what) {
  return constant(Tensor::from(values), what);
}

ValueName NodeWriter::number(double value, DType dtype) {
  return constant(Tensor::scalar(value).to(dtype));
}

ValueName NodeWriter::integer(std::int64_t value, DType dtype) {
  return constant(Tensor::scalar(value).to(dtype));
}

ValueName NodeWriter::cast(const ValueName& x, DType dtype) {
  return add("Cast", {x}, {to(dtype)});
}

ValueName NodeWriter::select(const ValueName& condition, const ValueName& x, const ValueName& y,
                             DType dtype) {
  ValueName output = new_name("Where");
  select_to(output, condition, x, y, dtype);
  return output;
}

void NodeWriter::select_to(const ValueName& output, const ValueName& condition, const ValueName& x,
                           const ValueName& y, DType dtype) {
  if (dtype != DType::boolean) return add_to({output}, "Where", {condition, x, y});
  add_to({output}, "Or", {add("And", {condition, x}), add("And", {add("Not", {condition}), y})});
}

ValueName NodeWriter::dimension(const ValueName& x, std::int64_t axis) {
  return add("Gather", {shape(x), integer(axis)}, {onnx::attribute("axis", std::int64_t{0})});
}

ValueName NodeWriter::count_up(const ValueName& count) {
  return add("Range", {integer(0), count, integer(1)});
}

ValueName NodeWriter::unsqueezed(const ValueName& x, const std::vector<std::int64_t>& axes) {
  return add("Unsqueeze", {x, integers(axes, "axes")});
}

void NodeWriter::back_to(Mark mark) {
  nodes_.resize(mark.nodes);
  initializers_.resize(mark.initializers);
}

}  // namespace deft::onnx
