#include "node_context.hpp"

#include <algorithm>
#include <utility>

#include <deft/core/utf8.hpp>

#include "importer.hpp"
#include "tensors.hpp"

namespace deft::onnx {
namespace {

const char* name_of_type(AttributeProto::Type type) {
  using Type = AttributeProto::Type;
  switch (type) {
    case Type::f:
      return "a number";
    case Type::i:
      return "an integer";
    case Type::s:
      return "a text";
    case Type::tensor:
      return "a tensor";
    case Type::graph:
      return "a graph";
    case Type::floats:
      return "numbers";
    case Type::ints:
      return "integers";
    case Type::strings:
      return "texts";
    case Type::undefined:
      break;
  }
  return "of a kind that deft does not know";
}

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

}  // namespace

NodeContext::NodeContext(Importer& importer, const Scope& scope, const NodeProto& node,
                         std::int64_t version)
    : importer_(importer), scope_(scope), node_(node), version_(version) {
  for (const std::string& name : node.inputs) {
    const Value* value = name.empty() ? nullptr : scope.find(name);
    inputs_.push_back(value == nullptr ? Output() : value->output);
  }
  for (const AttributeProto& attribute : node.attributes) {
    if (attribute.reference.empty()) {
      attributes_.push_back({attribute.name, &attribute});
    } else if (const AttributeProto* parameter = scope.parameter(attribute.reference)) {
      attributes_.push_back({attribute.name, parameter});
    }
  }
}

const Graph& NodeContext::graph() const { return importer_.graph(); }

ChannelsLast& NodeContext::channels_last() const { return importer_.channels_last(); }

TransposedWeights& NodeContext::transposed_weights() const {
  return importer_.transposed_weights();
}

NodeContext NodeContext::with_inputs(std::vector<Output> inputs) const {
  NodeContext other(*this);
  other.inputs_ = std::move(inputs);
  return other;
}

Output NodeContext::input(std::size_t i) const {
  if (!has_input(i)) refuse("input " + std::to_string(i) + " is missing");
  return inputs_[i];
}

std::vector<Output> NodeContext::inputs() const {
  if (inputs_.empty()) refuse("it has no inputs");
  for (std::size_t i = 0; i < inputs_.size(); ++i) input(i);
  return inputs_;
}

std::optional<Tensor> NodeContext::known_input(std::size_t i) const { return known(input(i)); }

std::optional<Tensor> NodeContext::known(const Output& x) const {
  return importer_.constants().of(x);
}

Output NodeContext::named(const std::string& name) const {
  const Value* value = scope_.find(name);
  if (value == nullptr || value->output.is_empty())
    refuse("there is no value " + quoted(name) + ", which it names");
  return value->output;
}

Tensor NodeContext::constant_input(std::size_t i, std::string_view what) const {
  std::optional<Tensor> known = known_input(i);
  if (!known && importer_.constants().is_limited())
    refuse(
        "its " + std::string(what) + ", " + quoted(node_.inputs[i]) +
        ", must be known at import, and takes more to compute than an import may spend; bind it, "
        "or what it depends on, by OnnxImportOptions::constants");
  if (!known)
    refuse("its " + std::string(what) + ", " + quoted(node_.inputs[i]) +
           ", must be known at import; bind what it depends on by OnnxImportOptions: constants, "
           "batch, dims or shapes");
  return *std::move(known);
}

Tensor NodeContext::single_input(std::size_t i, std::string_view what) const {
  Tensor value = constant_input(i, what);
  if (value.num_elements() != 1)
    refuse("its " + std::string(what) + " is " + to_string(value.spec()) + ", not one number");
  return value;
}

std::vector<std::int64_t> NodeContext::integers_input(std::size_t i, std::string_view what) const {
  if (!is_integer(input(i).dtype()))
    refuse("its " + std::string(what) + " is " + to_string(input(i).spec()) + ", not integers");
  return constant_input(i, what).to<std::int64_t>();
}

std::vector<std::int64_t> NodeContext::shape_input(std::size_t i, std::string_view what) const {
  std::vector<std::int64_t> dims;
  for (const PartialInteger& element : partial_input(i, what))
    dims.push_back(element.value.value_or(Shape::unknown));
  return dims;
}

std::vector<PartialInteger> NodeContext::partial_input(std::size_t i, std::string_view what) const {
  const Output x = input(i);
  if (!is_integer(x.dtype()) || x.shape().rank() > 1 || !x.shape().is_fully_defined())
    refuse("its " + std::string(what) + " is " + to_string(x.spec()) +
           ", and no vector of integers");
  return partial_integers(x, importer_.constants());
}

const AttributeProto* NodeContext::find(std::string_view name) const {
  const auto found = std::ranges::find(attributes_, name, &NamedAttribute::name);
  return found == attributes_.end() ? nullptr : found->attribute;
}

const AttributeProto* NodeContext::find(std::string_view name, AttributeProto::Type type,
                                        bool needed) const {
  const AttributeProto* attribute = find(name);
  if (attribute == nullptr && needed) refuse("it has no attribute " + quoted(name));
  if (attribute != nullptr && attribute->type != type)
    refuse("its attribute " + quoted(name) + " is " + name_of_type(attribute->type) + ", not " +
           name_of_type(type));
  return attribute;
}

std::int64_t NodeContext::integer(std::string_view name,
                                  std::optional<std::int64_t> fallback) const {
  const AttributeProto* found = find(name, AttributeProto::Type::i, !fallback);
  return found != nullptr ? found->i : *fallback;
}

double NodeContext::number(std::string_view name, std::optional<double> fallback) const {
  const AttributeProto* found = find(name, AttributeProto::Type::f, !fallback);
  return found != nullptr ? static_cast<double>(found->f) : *fallback;
}

std::string NodeContext::text(std::string_view name, std::optional<std::string> fallback) const {
  const AttributeProto* found = find(name, AttributeProto::Type::s, !fallback);
  if (found == nullptr) return *fallback;
  if (!is_utf8(found->s)) refuse("its attribute " + quoted(name) + " is not UTF-8");
  return found->s;
}

std::vector<std::int64_t> NodeContext::integers(
    std::string_view name, std::optional<std::vector<std::int64_t>> fallback) const {
  const AttributeProto* found = find(name, AttributeProto::Type::ints, !fallback);
  return found != nullptr ? found->ints : *fallback;
}

std::vector<double> NodeContext::numbers(std::string_view name,
                                         std::optional<std::vector<double>> fallback) const {
  const AttributeProto* found = find(name, AttributeProto::Type::floats, !fallback);
  return found != nullptr ? std::vector<double>(found->floats.begin(), found->floats.end())
                          : *fallback;
}

std::vector<std::string> NodeContext::texts(std::string_view name) const {
  return find(name, AttributeProto::Type::strings, true)->strings;
}

Tensor NodeContext::tensor(std::string_view name) const {
  const AttributeProto* found = find(name, AttributeProto::Type::tensor, true);
  if (!found->tensor)
    refuse("its attribute " + quoted(name) + " says that it is a tensor, but has none");
  return importer_.read(*found->tensor);
}

const GraphProto& NodeContext::graph_attribute(std::string_view name) const {
  const AttributeProto* found = find(name, AttributeProto::Type::graph, true);
  if (found->graph == nullptr)
    refuse("its attribute " + quoted(name) + " says that it is a graph, but has none");
  return *found->graph;
}

std::int64_t NodeContext::checked_axis(std::int64_t axis, std::size_t rank) const {
  const auto count = static_cast<std::int64_t>(rank);
  if (axis < -count || axis >= count)
    refuse("axis " + std::to_string(axis) + " is none of a tensor of " + std::to_string(count) +
           " dimensions");
  return axis < 0 ? axis + count : axis;
}

std::vector<Output> NodeContext::import_body(const GraphProto& body,
                                             const std::vector<Output>& inputs) const {
  return importer_.import_body(body, inputs, scope_);
}

}  // namespace deft::onnx
