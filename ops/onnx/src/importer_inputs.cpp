#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/core/glob.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/state.hpp>

#include "importer.hpp"
#include "names.hpp"
#include "tensors.hpp"

namespace deft::onnx {
namespace {

/// Bytes of tensors within what is expanded, counted once for each time, that share no memory.
constexpr std::size_t most_repeated_bytes = std::size_t{256} << 20;

}  // namespace

void Importer::check_options() const {
  std::set<std::string> known;
  std::string inputs;
  for (const ValueProto& input : model_.graph.inputs) {
    known.insert(input.name);
    inputs += (inputs.empty() ? "\"" : ", \"") + input.name + '"';
  }
  for (const TensorProto& initializer : model_.graph.initializers) known.insert(initializer.name);
  const auto check = [&](const std::string& name) {
    if (known.count(name) == 0)
      fail("the options name \"" + name + "\", which is neither an input nor an initializer",
           "the inputs are " + inputs);
  };
  for (const auto& [name, value] : options_.constants) check(name);
  for (const auto& [name, value] : options_.bindings) check(name);
  for (const auto& [name, value] : options_.shapes) check(name);
}

/// An input that is an initializer as well has that as its default.
void Importer::add_input(const ValueProto& input, Scope& scope) {
  if (const auto bound = options_.bindings.find(input.name); bound != options_.bindings.end()) {
    scope.set(input.name, {bound->second});
    return;
  }
  if (const auto known = options_.constants.find(input.name); known != options_.constants.end()) {
    scope.set(input.name, {constant(graph_, known->second, {.name = node_name(input.name)})});
    return;
  }
  if (scope.find(input.name) != nullptr) return;
  if (!input.is_tensor)
    fail("the input \"" + input.name + "\" is no tensor but a sequence, a map or an optional",
         "bind it by OnnxImportOptions::bindings");
  const std::optional<DType> dtype = dtype_of(input.type);
  if (!dtype)
    fail("the input \"" + input.name + "\" has elements of type " + name_of(input.type) +
             ", for which deft has no dtype",
         "bind it by OnnxImportOptions::bindings");
  const Output fed = placeholder(graph_, *dtype, shape_of(input), {.name = node_name(input.name)});
  scope.set(input.name, {fed});
  result_.inputs.push_back({input.name, fed});
}

Shape Importer::shape_of(const ValueProto& input) const {
  if (const auto whole = options_.shapes.find(input.name); whole != options_.shapes.end())
    return whole->second;
  if (!input.shape)
    fail("the input \"" + input.name + "\" has no number of dimensions",
         "give its shape by OnnxImportOptions::shapes");
  std::vector<std::int64_t> dims;
  for (const DimensionProto& dimension : *input.shape) {
    const auto named = options_.dims.find(dimension.name);
    const bool batch = dims.empty() && options_.batch.has_value();
    dims.push_back(dimension.size                 ? *dimension.size
                   : named != options_.dims.end() ? named->second
                   : batch                        ? *options_.batch
                                                  : Shape::unknown);
  }
  return Shape(dims, options_.where);
}

void Importer::add_initializers(const GraphProto& graph, Scope& scope, bool of_model) {
  for (const TensorProto& initializer : graph.initializers)
    scope.set(initializer.name, {made_of(initializer, of_model)});
}

Output Importer::made_of(const TensorProto& initializer, bool of_model) {
  const std::string name = node_name(initializer.name);
  if (of_model) {
    if (const auto bound = options_.bindings.find(initializer.name);
        bound != options_.bindings.end())
      return bound->second;
    if (const auto known = options_.constants.find(initializer.name);
        known != options_.constants.end())
      return constant(graph_, known->second, {.name = name});
  }
  Tensor value = read(initializer);
  if (!of_model || !is_floating(value.dtype()) ||
      !matches_glob(options_.variables, initializer.name))
    return constant(graph_, std::move(value), {.name = name});
  const bool trainable = statistics_.count(initializer.name) == 0;
  Output made = variable(graph_, std::move(value), {.trainable = trainable, .name = name});
  result_.variables.push_back({initializer.name, made});
  return made;
}

/// What is read again in every iteration of a loop shares its memory, or is limited.
Tensor Importer::read(const TensorProto& tensor) {
  const char* bytes = depth_ > 0 && tensor.raw ? tensor.raw->data() : nullptr;
  if (const auto known = read_.find(bytes); known != read_.end()) return known->second;
  Tensor value = tensor_of(tensor, external_, file_, options_.where);
  if (bytes != nullptr) {
    read_.emplace(bytes, value);
  } else if (depth_ > 0) {
    repeated_bytes_ += value.num_bytes();
    if (repeated_bytes_ > most_repeated_bytes)
      fail("the tensors within its functions, branches and loops take more than " +
               std::to_string(most_repeated_bytes) + " bytes once they are expanded",
           "make them initializers of the model");
  }
  return value;
}

}  // namespace deft::onnx
