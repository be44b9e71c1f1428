#include "import/node_context.hpp"

#include <set>

#include <deft/core/op_def.hpp>
#include <deft/ops/state.hpp>

#include "data_types.hpp"
#include "text.hpp"

namespace deft::tensorflow {
namespace {

/// What makes the value of `output` unknown: the placeholder, variable or effect that it depends
/// on, by value or by an unknown dimension.
std::string reason_of(const Output& output) {
  const Graph graph = output.graph();
  std::vector<NodeId> waiting{output.node_id()};
  std::set<NodeId> seen(waiting.begin(), waiting.end());
  while (!waiting.empty()) {
    const Node& node = graph.node(waiting.back());
    waiting.pop_back();
    if (node.op->effect == Effect::fed) {
      const bool is_shaped = node.outputs[0].shape.is_fully_defined();
      return "depends on the " + std::string(is_shaped ? "value" : "unknown dimensions") +
             " of the placeholder " + in_quotes(node.name()) + " " + to_string(node.outputs[0]) +
             (is_shaped ? "; give it in .constants"
                        : "; give .batch or .shapes, or name in .fetches the part that is wanted");
    }
    if (node.op->effect != Effect::none)
      return "depends on " + in_quotes(node.name()) + ", which only a run knows";
    for (const Endpoint input : node.inputs)
      if (seen.insert(input.node).second) waiting.push_back(input.node);
  }
  return "has no value without a run";
}

std::string input_name(const NodeDef& node, std::size_t i) {
  const InputDef& input = node.inputs[i];
  return "input " + std::to_string(i) + ", " +
         in_quotes(input.node + (input.index == 0 ? "" : ":" + std::to_string(input.index))) + ",";
}

}  // namespace

const Output& NodeContext::input(std::size_t i) const {
  if (i >= inputs_.size())
    refuse("it has " + std::to_string(inputs_.size()) + " inputs, but input " + std::to_string(i) +
           " is wanted");
  return inputs_[i];
}

std::vector<Output> NodeContext::inputs(std::size_t begin, std::size_t end) const {
  std::vector<Output> some;
  for (std::size_t i = begin; i < end; ++i) some.push_back(input(i));
  return some;
}

Output NodeContext::variable(std::size_t i) const {
  const Output& given = input(i);
  if (is_variable(given)) return given;
  if (given.node().op->effect == Effect::writes_variable)
    return graph_.output(given.node().inputs[0]);
  refuse(input_name(node_, i) + " is no variable");
}

Tensor NodeContext::constant(std::size_t i) const {
  const std::optional<Tensor> value = constants_.of(input(i));
  if (!value)
    refuse(input_name(node_, i) + " must be known when the graph is built, but " +
           reason_of(input(i)));
  return *value;
}

std::vector<std::int64_t> NodeContext::integers(std::size_t i) const {
  const Tensor value = constant(i);
  if (!is_integer(value.dtype()))
    refuse(input_name(node_, i) + " is " + to_string(value.spec()) + " and not of integers");
  return value.to<std::int64_t>();
}

std::int64_t NodeContext::integer(std::size_t i) const {
  const std::vector<std::int64_t> values = integers(i);
  if (values.size() != 1)
    refuse(input_name(node_, i) + " has " + std::to_string(values.size()) + " elements, not 1");
  return values[0];
}

Shape NodeContext::shape(std::size_t i) const { return Shape(integers(i)); }

Scalar NodeContext::scalar(std::size_t i) const {
  const Tensor value = constant(i);
  if (value.num_elements() != 1)
    refuse(input_name(node_, i) + " has " + std::to_string(value.num_elements()) +
           " elements, not 1");
  if (is_floating(value.dtype()) || is_floating_at_rest(value.dtype()))
    return value.to<double>()[0];
  return value.to<std::int64_t>()[0];
}

template <class T>
const T* NodeContext::get(std::string_view attribute) const {
  const AttrValue* const value = node_.find(attribute);
  if (value == nullptr) return nullptr;
  const T* const typed = std::get_if<T>(value);
  if (typed == nullptr)
    refuse("its attribute " + in_quotes(attribute) + " is of another kind than TensorFlow's");
  return typed;
}

DType NodeContext::dtype(std::string_view attribute) const {
  const auto* const type = get<TypeDef>(attribute);
  if (type == nullptr) refuse("it has no attribute " + in_quotes(attribute));
  const std::optional<DType> known = dtype_of_type(type->number);
  if (!known) refuse("it is of " + type_name(type->number) + ", which deft does not have");
  return *known;
}

DType NodeContext::dtype(std::string_view attribute, DType otherwise) const {
  return has(attribute) ? dtype(attribute) : otherwise;
}

bool NodeContext::boolean(std::string_view attribute, bool otherwise) const {
  const auto* const value = get<bool>(attribute);
  return value == nullptr ? otherwise : *value;
}

std::int64_t NodeContext::integer(std::string_view attribute, std::int64_t otherwise) const {
  const auto* const value = get<std::int64_t>(attribute);
  return value == nullptr ? otherwise : *value;
}

std::int64_t NodeContext::integer(std::string_view attribute) const {
  if (!has(attribute)) refuse("it has no attribute " + in_quotes(attribute));
  return integer(attribute, 0);
}

float NodeContext::number(std::string_view attribute, float otherwise) const {
  const auto* const value = get<float>(attribute);
  return value == nullptr ? otherwise : *value;
}

std::string NodeContext::text(std::string_view attribute, std::string_view otherwise) const {
  const auto* const value = get<std::string>(attribute);
  return value == nullptr ? std::string(otherwise) : *value;
}

std::vector<std::int64_t> NodeContext::integers(std::string_view attribute,
                                                std::vector<std::int64_t> otherwise) const {
  const auto* const value = get<ListDef>(attribute);
  return value == nullptr ? otherwise : value->integers;
}

ShapeDef NodeContext::shape_def(std::string_view attribute) const {
  const auto* const value = get<ShapeDef>(attribute);
  return value == nullptr ? ShapeDef() : *value;
}

const TensorDef& NodeContext::tensor(std::string_view attribute) const {
  const auto* const value = get<TensorDef>(attribute);
  if (value == nullptr) refuse("it has no attribute " + in_quotes(attribute));
  return *value;
}

}  // namespace deft::tensorflow
