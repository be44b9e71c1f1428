#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>

#include "export/node_writer.hpp"

namespace deft::onnx {

/// Why a node cannot be exported. The exporter catches it, goes on with the other nodes, and lists
/// all reasons.
struct NotExported {
  std::string reason;
};

class Exporter;
class ExportContext;

/// How a node of a graph becomes nodes of ONNX that make its outputs. Throws NotExported.
using Export = void (*)(const ExportContext& node);

/// What the export of a node sees.
class ExportContext {
 public:
  /// Within the graph of the model, or within a function that stands for the node.
  ExportContext(Exporter& exporter, const Output& node, NodeWriter& writer,
                std::vector<ValueName> inputs, std::vector<ValueName> outputs)
      : exporter_(exporter),
        handle_(node),
        node_(node.node()),
        writer_(writer),
        inputs_(std::move(inputs)),
        outputs_(std::move(outputs)) {}

  NodeWriter& writer() const { return writer_; }

  // Inputs and outputs: names in the model, specs in the graph, of which dimensions may be unknown.
  const std::vector<ValueName>& inputs() const { return inputs_; }
  const std::vector<ValueName>& outputs() const { return outputs_; }
  const ValueName& input(std::size_t i = 0) const { return inputs_[i]; }
  const ValueName& output(std::size_t i = 0) const { return outputs_[i]; }
  TensorSpec input_spec(std::size_t i = 0) const;
  const TensorSpec& spec(std::size_t i = 0) const { return node_.outputs[i]; }
  std::size_t rank(std::size_t i = 0) const { return input_spec(i).shape.rank(); }
  DType dtype() const { return input_spec().dtype; }

  /// The value of input i, if it is known: it depends on constants and known shapes alone.
  std::optional<Tensor> known(std::size_t i) const;

  /// The value of input i, if the model has it: it is known, or a variable.
  std::optional<Tensor> stored(std::size_t i) const;

  /// The value of output 0, if it is known.
  std::optional<Tensor> value() const;

  // Attributes of the node.
  const Attributes& attributes() const { return *node_.attributes; }
  bool has(const char* name) const { return attributes().find(name) != nullptr; }
  bool flag(const char* name) const { return attributes().get<bool>(name); }
  std::int64_t integer(const char* name) const { return attributes().get<std::int64_t>(name); }
  const std::vector<std::int64_t>& integers(const char* name) const {
    return attributes().get<std::vector<std::int64_t>>(name);
  }
  /// An axis of a tensor of `rank` dimensions, from 0 on.
  std::int64_t axis(const char* name, std::size_t rank) const;

  /// One node of ONNX that makes all outputs of all inputs, or of those given.
  void make(const std::string& op, NodeWriter::Attributes attributes = {}) const {
    make(op, inputs_, std::move(attributes));
  }
  void make(const std::string& op, std::vector<ValueName> inputs,
            NodeWriter::Attributes attributes = {}) const {
    writer_.add_to(outputs_, op, std::move(inputs), std::move(attributes));
  }

  /// A call of a function of the model, of deft's domain and named after the node's operation,
  /// whose body is what `body` writes: for what comes back bit for bit only as that operation.
  void call(Export body) const;

  [[noreturn]] void refuse(std::string reason) const { throw NotExported{std::move(reason)}; }

 private:
  Exporter& exporter_;
  Output handle_;
  const Node& node_;
  NodeWriter& writer_;
  std::vector<ValueName> inputs_;
  std::vector<ValueName> outputs_;
};

/// An export as a function of the model.
template <Export body>
void as_function(const ExportContext& node) {
  node.call(body);
}

/// The name of an operation of ONNX, as an argument of templates.
template <std::size_t size>
struct OpName {
  char text[size];
  constexpr OpName(const char (&name)[size]) {
    for (std::size_t i = 0; i < size; ++i) text[i] = name[i];
  }
};

/// An export as one node of the same inputs: `same<"Add">`.
template <OpName name>
void same(const ExportContext& node) {
  node.make(name.text);
}

}  // namespace deft::onnx
