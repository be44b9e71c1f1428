#include "rewriting.hpp"

#include <numeric>

namespace deft {
namespace {

const Tensor& value_of(const Attributes& attributes) { return attributes.get<Tensor>("value"); }

constexpr OpDef folded{.name = "constant", .value = value_of};

Operation constant_operation(Draft& draft, Tensor value) {
  draft.attributes.push_back({{"value", std::move(value)}});
  return {&folded, &draft.attributes.back()};
}

/// Appends an operation with one output.
ValueId append(Draft& draft, std::size_t like, const Operation& operation,
               std::initializer_list<ValueId> inputs, const TensorSpec& output) {
  const auto id = static_cast<ValueId>(draft.specs.size());
  draft.inferred.push_back({output});
  draft.order.push_back(draft.order[like]);
  draft.operations.push_back(operation);
  draft.specs.push_back(draft.inferred.back().data());
  draft.first_value.push_back(static_cast<ValueId>(draft.specs.size()));
  draft.inputs.append({inputs.begin(), inputs.size()});
  draft.same_as.push_back(id);
  draft.pinned.push_back(false);
  draft.needed.push_back(true);
  return id;
}

}  // namespace

void begin_rewriting(Draft& draft) {
  draft.same_as.resize(draft.specs.size());
  std::iota(draft.same_as.begin(), draft.same_as.end(), ValueId{0});
  draft.pinned.assign(draft.order.size(), false);
  for (std::size_t at = 0; at < draft.order.size(); ++at)
    draft.pinned[at] = draft.op(at).effect != Effect::none;
  for (const auto& [after, before] : draft.controls) {
    draft.pinned[after] = true;
    draft.pinned[before] = true;
  }
}

ValueId resolved(const Draft& draft, ValueId value) {
  while (draft.same_as[value] != value) value = draft.same_as[value];
  return value;
}

void resolve_inputs(Draft& draft, std::size_t at) {
  for (ValueId& input : draft.inputs[at]) input = resolved(draft, input);
}

bool may_replace(const Draft& draft, std::size_t at) {
  return draft.needed[at] && !draft.pinned[at] && draft.op(at).kernel != nullptr;
}

Makers::Makers(const Draft& draft) {
  makers_.reserve(draft.specs.size());
  for (std::uint32_t at = 0; at < draft.order.size(); ++at)
    makers_.resize(draft.first_value[at + 1], at);
}

const Tensor* constant_at(const Draft& draft, std::size_t at) {
  const Operation& operation = draft.operations[at];
  return operation.op->value == nullptr ? nullptr : &operation.op->value(*operation.attributes);
}

void make_constants(Draft& draft, Makers& makers, std::size_t at, std::vector<Tensor> values) {
  if (values.size() == 1) {
    draft.operations[at] = constant_operation(draft, std::move(values[0]));
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    makers.append(static_cast<std::uint32_t>(draft.order.size()));
    draft.same_as[draft.first_value[at] + i] = append_constant(draft, at, std::move(values[i]));
  }
}

ValueId append_constant(Draft& draft, std::size_t like, Tensor value) {
  const TensorSpec spec = value.spec();
  return append(draft, like, constant_operation(draft, std::move(value)), {}, spec);
}

ValueId append_operation(Draft& draft, std::size_t like, const OpDef& op, Attributes attributes,
                         std::initializer_list<ValueId> inputs) {
  std::vector<TensorSpec> specs;
  for (const ValueId input : inputs) specs.push_back(*draft.specs[input]);
  draft.attributes.push_back(std::move(attributes));
  const Operation operation{&op, &draft.attributes.back()};
  const std::vector<TensorSpec> outputs = op.infer({specs, *operation.attributes});
  return append(draft, like, operation, inputs, outputs.at(0));
}

}  // namespace deft
