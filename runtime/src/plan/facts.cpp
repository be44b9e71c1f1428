#include "facts.hpp"

#include <algorithm>
#include <string>
#include <variant>

#include "fits.hpp"
#include "rewriting.hpp"
#include "run_error.hpp"

namespace deft {
namespace {

std::int64_t dim(const Draft& draft, ValueId value, std::size_t i) {
  return draft.specs[value]->shape[i];
}

double elements_of(const Draft& draft, ValueId value) {
  return static_cast<double>(draft.specs[value]->shape.num_elements());
}

/// The specs of the inputs of which more than the shape matters.
std::vector<TensorSpec> read_specs(const Draft& draft, std::size_t at,
                                   std::span<const TensorSpec> inputs) {
  std::vector<TensorSpec> specs;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (draft.op(at).needs_value(i)) specs.push_back(inputs[i]);
  return specs;
}

/// Forms whose operands are found by their numbers among all inputs.
bool reads_every_input(const Form& form) {
  const auto* map = std::get_if<MapForm>(&form);
  return (map != nullptr && map->function != nullptr) ||
         std::holds_alternative<ProductForm>(form) || std::holds_alternative<FoldForm>(form);
}

std::vector<bool> written_variables(const Draft& draft) {
  std::vector<bool> written(draft.specs.size(), false);
  for (const PlanVariable& variable : draft.variables)
    if (variable.final != none) written[variable.start] = true;
  return written;
}

}  // namespace

std::vector<TensorSpec> input_specs(const Draft& draft, std::size_t at) {
  std::vector<TensorSpec> specs;
  specs.reserve(draft.inputs_of(at).size());
  for (const ValueId input : draft.inputs_of(at)) specs.push_back(*draft.specs[input]);
  return specs;
}

ValueId value_read(const Draft& draft, std::size_t at) {
  std::size_t i = 0;
  while (!draft.op(at).needs_value(i)) ++i;
  return draft.inputs_of(at)[i];
}

Form form_at(const Draft& draft, std::size_t at, std::span<const TensorSpec> inputs) {
  if (draft.op(at).form == nullptr) return {};
  Form form;
  try {
    form = draft.op(at).form({.inputs = inputs,
                              .outputs = draft.outputs(at),
                              .attributes = *draft.operations[at].attributes});
  } catch (...) {
    std::rethrow_exception(failure_of("the form", draft.node(at), draft.graph, inputs));
  }
  std::vector<TensorSpec> read;
  const bool reads_all = draft.op(at).shape_only_inputs == 0;
  if (!reads_all) read = read_specs(draft, at, inputs);
  if (!fits(form, reads_all ? inputs : read, draft.outputs(at)) ||
      (!reads_all && reads_every_input(form)))
    refuse_node(draft.node(at), draft.graph,
                {.code = ErrorCode::internal,
                 .message = "the form is not for these operands",
                 .cure = "mend the form in the op's OpDef"},
                inputs);
  return form;
}

Form form_at(const Draft& draft, std::size_t at) {
  return form_at(draft, at, input_specs(draft, at));
}

std::optional<ProductForm> product_at(const Draft& draft, std::size_t at) {
  const Form form = form_at(draft, at);
  const auto* product = std::get_if<ProductForm>(&form);
  return product == nullptr ? std::nullopt : std::optional(*product);
}

ProductDims product_dims(const Draft& draft, std::size_t at, const ProductForm& form) {
  const std::span<const ValueId> inputs = draft.inputs_of(at);
  const TensorSpec& result = draft.outputs(at)[0];
  return {.m = result.shape[0],
          .k = dim(draft, inputs[0], form.transpose_a ? 0 : 1),
          .n = result.shape[1]};
}

double flops_at(const Draft& draft, std::size_t at) {
  if (draft.op(at).kernel == nullptr) return 0;
  const Form form = form_at(draft, at);
  if (const auto* product = std::get_if<ProductForm>(&form))
    return product_dims(draft, at, *product).flops();
  if (std::holds_alternative<ReductionForm>(form))
    return elements_of(draft, draft.inputs_of(at)[0]);
  double elements = 0;
  for (ValueId output = draft.first_value[at]; output < draft.first_value[at + 1]; ++output)
    elements += elements_of(draft, output);
  return elements;
}

std::vector<Lifetime> lifetimes(const Draft& draft) {
  const std::vector<bool> written = written_variables(draft);
  const Makers makers(draft);
  std::vector<Lifetime> found(draft.order.size(), Lifetime::step);
  for (std::size_t at = 0; at < found.size(); ++at) {
    const OpDef& op = draft.op(at);
    if (op.value != nullptr) {
      found[at] = Lifetime::forever;
    } else if (op.effect == Effect::fed) {
      found[at] = Lifetime::run;
    } else if (op.effect == Effect::reads_variable) {
      found[at] = written[draft.first_value[at]] ? Lifetime::step : Lifetime::run;
    } else if (may_replace(draft, at)) {
      found[at] = Lifetime::forever;
      const std::span<const ValueId> inputs = draft.inputs_of(at);
      for (std::size_t i = 0; i < inputs.size(); ++i)
        if (op.needs_value(i)) found[at] = std::min(found[at], found[makers[inputs[i]]]);
    }
  }
  return found;
}

}  // namespace deft
