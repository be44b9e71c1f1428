#include <algorithm>

#include <deft/ops/array.hpp>

#include "graph_def/tensor_def.hpp"
#include "handlers/handlers.hpp"
#include "text.hpp"

namespace deft::tensorflow {
namespace {

std::vector<Output> const_handler(const NodeContext& context) {
  context.dtype("dtype");
  const CompactTensor value = read_tensor(context.tensor("value"));
  if (value.elements.shape() == value.shape)
    return {constant(context.graph(), value.elements, context.options())};
  const Output element = context.inside(
      [&] { return constant(context.graph(), value.elements, {.name = "element"}); });
  return {broadcast_to(element, value.shape, context.options())};
}

/// A placeholder's shape by the options, or by the file with the batch of the options.
Shape placeholder_shape(const NodeContext& context) {
  const Bindings& bindings = context.bindings();
  const ShapeDef in_file = context.shape_def("shape");
  const auto given = bindings.shapes.find(context.node().name);
  if (given != bindings.shapes.end()) {
    if (in_file && !Shape(*in_file).is_compatible_with(given->second))
      context.refuse("its shape is " + Shape(*in_file).to_string() + ", but .shapes has " +
                     given->second.to_string());
    return given->second;
  }
  if (!in_file) context.refuse("its rank is unknown; give its shape in .shapes");
  std::vector<std::int64_t> dims = *in_file;
  if (bindings.batch && !dims.empty() && dims[0] == Shape::unknown) dims[0] = *bindings.batch;
  return Shape(dims);
}

std::vector<Output> bound(const NodeContext& context, const Tensor& value) {
  const DType dtype = context.dtype("dtype");
  const ShapeDef shape = context.shape_def("shape");
  if (value.dtype() != dtype || (shape && !Shape(*shape).is_compatible_with(value.shape())))
    context.refuse("its value in .constants is " + to_string(value.spec()) + ", but it is " +
                   std::string(to_string(dtype)) + (shape ? Shape(*shape).to_string() : ""));
  return {constant(context.graph(), value, context.options())};
}

std::vector<Output> placeholder_handler(const NodeContext& context) {
  const auto& constants = context.bindings().constants;
  const auto value = constants.find(context.node().name);
  if (value != constants.end()) return bound(context, value->second);
  return {placeholder(context.graph(), context.dtype("dtype"), placeholder_shape(context),
                      context.options())};
}

std::vector<Output> placeholder_with_default(const NodeContext& context) {
  const std::vector<std::string>& fed = context.bindings().fed;
  if (context.bindings().constants.contains(context.node().name) ||
      std::ranges::find(fed, context.node().name) != fed.end())
    return placeholder_handler(context);
  return {identity(context.input(0), context.options())};
}

constexpr OpHandler handlers[] = {
    {"Const", const_handler},
    {"Placeholder", placeholder_handler},
    {"PlaceholderV2", placeholder_handler},
    {"PlaceholderWithDefault", placeholder_with_default},
};

}  // namespace

constinit const OpHandlers constant_handlers = handlers;

}  // namespace deft::tensorflow
