#include "export/export_context.hpp"

#include <type_traits>
#include <variant>

#include <deft/core/error.hpp>

#include "domain.hpp"
#include "export/exporter.hpp"
#include "tensors.hpp"

namespace deft::onnx {
namespace {

/// An attribute of deft as one of ONNX. Doubles are tensors, since ONNX's attributes are f32.
AttributeProto translated(NodeWriter& writer, const Attributes::Entry& entry) {
  return std::visit(
      [&]<class T>(const T& value) -> AttributeProto {
        if constexpr (std::is_same_v<T, bool>)
          return attribute(entry.first, std::int64_t{value});
        else if constexpr (std::is_same_v<T, double>)
          return writer.attribute(entry.first, Tensor::scalar(value));
        else if constexpr (std::is_same_v<T, DType>)
          return attribute(entry.first, static_cast<std::int64_t>(type_of(value)));
        else if constexpr (std::is_same_v<T, Shape>)
          return attribute(entry.first,
                           std::vector<std::int64_t>(value.dims().begin(), value.dims().end()));
        else if constexpr (std::is_same_v<T, Tensor>)
          return writer.attribute(entry.first, value);
        else
          return attribute(entry.first, value);
      },
      entry.second);
}

std::vector<ValueName> numbered(UniqueNames& names, char letter, std::size_t count) {
  std::vector<ValueName> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(names.made(letter + std::to_string(i)));
  return made;
}

}  // namespace

TensorSpec ExportContext::input_spec(std::size_t i) const {
  return handle_.graph().output(node_.inputs[i]).spec();
}

std::optional<Tensor> ExportContext::known(std::size_t i) const {
  return exporter_.known(handle_.graph().output(node_.inputs[i]));
}

std::optional<Tensor> ExportContext::stored(std::size_t i) const {
  return exporter_.stored(handle_.graph().output(node_.inputs[i]));
}

std::optional<Tensor> ExportContext::value() const { return exporter_.known(handle_); }

std::int64_t ExportContext::axis(const char* name, std::size_t rank) const {
  const std::int64_t axis = integer(name);
  return axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
}

void ExportContext::call(Export body) const {
  UniqueNames names;
  NodeWriter inner(NodeWriter::Place::function, names);
  FunctionProto function{.domain = own_domain,
                         .inputs = numbered(names, 'x', inputs_.size()),
                         .outputs = numbered(names, 'y', outputs_.size()),
                         .opsets = {{"", written_opset}}};
  body(ExportContext(exporter_, handle_, inner, function.inputs, function.outputs));
  NodeWriter::Attributes given;
  for (const Attributes::Entry& entry : attributes().entries()) {
    given.push_back(translated(writer_, entry));
    function.attributes.push_back(entry.first);
  }
  function.nodes = inner.nodes();
  const std::string name =
      exporter_.functions().add(std::string(node_.op->name), std::move(function), inner.tensors());
  writer_.add_to(outputs_, name, inputs_, std::move(given), own_domain);
}

}  // namespace deft::onnx
