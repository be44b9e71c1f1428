#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// An output of a graph under the name that it has in a model.
struct NamedOutput {
  std::string name;
  Output output;
};

/// Optional arguments of import_onnx. Names are those of the model.
struct OnnxImportOptions {
  /// Values of inputs that must be known when the graph is built, since shapes depend on them, such
  /// as shapes, axes and pads; and of initializers, in place of those in the file.
  std::map<std::string, Tensor> constants = {};
  /// Outputs of the graph in place of inputs or initializers: a model becomes part of another.
  std::map<std::string, Output> bindings = {};
  /// Sizes of named dimensions: {{"height", 224}}.
  std::map<std::string, std::int64_t> dims = {};
  /// Whole shapes of inputs.
  std::map<std::string, Shape> shapes = {};
  /// Size of the first dimension of every input of which nothing else is known.
  std::optional<std::int64_t> batch = {};
  /// Initializers whose names match, in which * stands for any characters and ? for one, become
  /// variables, if they are floating; default: none, all are constants. Trainable are all but the
  /// statistics of batch normalization.
  std::string variables = {};
  /// What is wanted: outputs, or any other values of the main graph. Only what these need is
  /// imported. Default: all outputs.
  std::vector<std::string> outputs = {};
  /// The name scope of all nodes.
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// A model in a graph. Names are those of the model, whatever characters they have.
struct OnnxModel {
  std::vector<NamedOutput> inputs;     // placeholders, in the order of the model
  std::vector<NamedOutput> outputs;    // in the order of the model, or of the options
  std::vector<NamedOutput> variables;  // what became of initializers
  std::int64_t ir_version = 0;
  std::map<std::string, std::int64_t> opsets;  // versions of operations by domain; "": ONNX's own
  std::string producer;
  std::map<std::string, std::string> metadata;

  /// Throws ValueError if there is none of this name; it names those that there are.
  Output input(std::string_view name, SourceLocation where = SourceLocation::current()) const;
  Output output(std::string_view name, SourceLocation where = SourceLocation::current()) const;
  Output variable(std::string_view name, SourceLocation where = SourceLocation::current()) const;
};

/// Adds the operations of an ONNX model (https://onnx.ai) to a graph. Its inputs become
/// placeholders, its initializers constants or variables. Gradients flow through all that is
/// differentiable.
///
/// Shapes of deft never depend on values: what a model computes of shapes and constants is computed
/// here; what remains open is to be bound by the options. Functions of the model are expanded; `If`
/// is resolved, and Loop and Scan are unrolled, where conditions and lengths are known here.
///
/// Throws FileError for a file that is no model, and for one with nodes that cannot be imported: it
/// lists all of them, by operation, name, version and reason. Then the graph may hold some of the
/// nodes of the model, without effect on others.
OnnxModel import_onnx(const Graph& graph, const std::string& path,
                      const OnnxImportOptions& options = {});

/// The same of a model in memory, which cannot have data in other files.
OnnxModel import_onnx(const Graph& graph, std::span<const std::byte> bytes,
                      const OnnxImportOptions& options = {});

/// Optional arguments of export_onnx.
struct OnnxExportOptions {
  /// The value of a variable: `[&](const Output& v) { return session.value(v); }`. Needed if the
  /// outputs depend on one. Variables become initializers.
  std::function<Tensor(const Output& variable)> value_of = {};
  /// Outputs of the graph that are inputs of the model, in place of what makes them: where a data
  /// pipeline is cut off. Placeholders that are needed beside them are inputs too, under their own
  /// names.
  std::vector<NamedOutput> inputs = {};
  /// What the model says of its origin.
  std::string producer = "deft";
  std::map<std::string, std::string> metadata = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Writes what computes `outputs` as an ONNX model of ir 8 and opset 17, whole or not at all.
///
/// import_onnx of the file computes the same bits. What ONNX's operations do not say to the bit is
/// a function of the model, of the domain "deft": deft takes it as its own operation, others its
/// body, which is right to 1e-6. The first dimension of inputs is "batch" where it is not known.
/// Gradients, updates of variables and random numbers have no words in ONNX.
///
/// Throws GraphError for nodes that cannot be exported: it lists all of them, by operation, name,
/// line and reason. Throws FileError if the file cannot be written; an older one is then as it was.
void export_onnx(const std::vector<NamedOutput>& outputs, const std::string& path,
                 const OnnxExportOptions& options = {});

/// The same of outputs under the names that they have in the graph.
void export_onnx(const std::vector<Output>& outputs, const std::string& path,
                 const OnnxExportOptions& options = {});

/// The bytes of the file.
std::vector<std::byte> export_onnx(const std::vector<NamedOutput>& outputs,
                                   const OnnxExportOptions& options = {});
std::vector<std::byte> export_onnx(const std::vector<Output>& outputs,
                                   const OnnxExportOptions& options = {});

}  // namespace deft
