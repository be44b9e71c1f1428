#include <algorithm>

#include <deft/core/error.hpp>

#include "plan/draft.hpp"
#include "run_error.hpp"
#include "units.hpp"

namespace deft {
namespace {

/// Throws RunError unless `outputs`, which the shape rule gives now, fit what it gave when the node
/// was added.
void check_outputs(const Draft& draft, const Node& node, Inputs inputs,
                   std::span<const TensorSpec> outputs) {
  const auto refuse = [&](const std::string& message) {
    refuse_node(node, draft.graph,
                {.code = ErrorCode::internal,
                 .message = "the shape rule gives " + message + " when the node was added",
                 .cure = "mend the rule in the op's OpDef"},
                inputs);
  };
  if (outputs.size() != node.outputs.size())
    refuse(std::to_string(outputs.size()) + " outputs now, but gave " +
           std::to_string(node.outputs.size()));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const TensorSpec& known = node.outputs[i];
    if (outputs[i].dtype != known.dtype || !outputs[i].shape.is_compatible_with(known.shape))
      refuse(to_string(outputs[i]) + " for output " + std::to_string(i) + " now, but gave " +
             to_string(known));
    outputs[i].shape.num_bytes(outputs[i].dtype);
  }
}

/// Throws RunError unless the value of a constant is what its shape rule says.
void check_value(const Draft& draft, const Node& node) {
  TensorSpec given;
  try {
    given = node.op->value(*node.attributes).spec();
  } catch (...) {
    std::rethrow_exception(failure_of("the value", node, draft.graph));
  }
  if (given == node.outputs[0]) return;
  refuse_node(node, draft.graph,
              {.code = ErrorCode::internal,
               .message = "the value is " + to_string(given) + ", but the shape rule gives " +
                          to_string(node.outputs[0]),
               .cure = "mend the value or the rule in the op's OpDef"});
}

/// The output specs of a node whose inputs have the concrete specs `inputs`.
std::vector<TensorSpec> infer(const Draft& draft, const Node& node, Inputs inputs) {
  try {
    std::vector<TensorSpec> outputs = node.op->infer({inputs, *node.attributes});
    check_outputs(draft, node, inputs, outputs);
    return outputs;
  } catch (const RunError&) {
    throw;
  } catch (...) {
    std::rethrow_exception(failure_of("the shape rule", node, draft.graph, inputs));
  }
}

/// True if the shape rule would only repeat what it said when the node was added, since the inputs
/// have the specs that they had then.
bool as_built(const Draft& draft, const Node& node) {
  for (const Endpoint input : node.inputs) {
    const TensorSpec* known = &draft.graph.node(input.node).outputs[input.index];
    const TensorSpec* now = draft.specs[draft.value(input)];
    if (now != known && *now != *known) return false;
  }
  return std::all_of(node.outputs.begin(), node.outputs.end(),
                     [](const TensorSpec& o) { return o.shape.is_fully_defined(); });
}

/// The fed shape of a placeholder; for one that is not fed, the declared shape.
Shape fed_shape(const Draft& draft, NodeId id) {
  const auto fed = draft.fed_shapes.find(id);
  return fed == draft.fed_shapes.end() ? draft.graph.node(id).outputs[0].shape : *fed->second;
}

TensorSpec fed_spec(const Draft& draft, std::size_t at) {
  const Node& node = draft.node(at);
  const Shape shape = fed_shape(draft, draft.order[at]);
  if (!shape.is_fully_defined())
    throw RunError({.code = ErrorCode::not_fed,
                    .message = "the shape of the placeholder " + name_and_line(node) +
                               " is needed, but no value is fed",
                    .cure = "feed it: session.run(fetch, {{placeholder, value}})",
                    .where = draft.request.where});
  return {node.outputs[0].dtype, shape};
}

void append(std::span<const TensorSpec> outputs, std::vector<const TensorSpec*>& specs) {
  for (const TensorSpec& output : outputs) specs.push_back(&output);
}

void list_fetches(Draft& draft) {
  for (const Endpoint fetch : draft.request.fetches) {
    const bool has_value = !draft.graph.node(fetch.node).outputs.empty();
    draft.fetches.push_back(
        {has_value ? draft.value(fetch) : none, fetch.node, draft.position[fetch.node]});
  }
}

}  // namespace

std::string infer_shapes(Draft& draft) {
  std::vector<TensorSpec> inputs;
  draft.first_value.reserve(draft.order.size() + 1);
  draft.specs.reserve(draft.order.size());
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    const Node& node = draft.node(at);
    draft.first_value.push_back(static_cast<ValueId>(draft.specs.size()));
    check_interrupt(draft, at);
    if (node.op->value != nullptr) check_value(draft, node);
    if (as_built(draft, node)) {
      append(node.outputs, draft.specs);
      continue;
    }
    if (node.op->effect == Effect::fed) {
      draft.inferred.push_back({fed_spec(draft, at)});
    } else {
      inputs.clear();
      for (const Endpoint input : node.inputs) inputs.push_back(*draft.specs[draft.value(input)]);
      draft.inferred.push_back(infer(draft, node, inputs));
    }
    append(draft.inferred.back(), draft.specs);
  }
  draft.first_value.push_back(static_cast<ValueId>(draft.specs.size()));
  list_fetches(draft);
  return count_text(draft.specs.size(), "value");
}

}  // namespace deft
