#include <deft/ops/state.hpp>

#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>

#include "handlers/handlers.hpp"
#include "handlers/updates.hpp"

namespace deft::tensorflow {
namespace {

/// Variables without a known initial value begin as zeros: a checkpoint is to fill them.
std::vector<Output> variable_handler(const NodeContext& context) {
  const DType dtype = context.dtype("dtype");
  const ShapeDef shape = context.shape_def("shape");
  const VariableContext& known = context.variable_context();
  Output initial = known.initial_value;
  if (initial.is_empty()) {
    if (!shape || !Shape(*shape).is_fully_defined())
      context.refuse("neither its shape nor its initial value is known");
    initial = context.inside(
        [&] { return zeros(context.graph(), dtype, Shape(*shape), {.name = "initial_value"}); });
  }
  if (initial.dtype() != dtype || !initial.shape().is_fully_defined() ||
      (shape && !shape->empty() && !Shape(*shape).is_compatible_with(initial.shape())))
    context.refuse("its initial value is " + to_string(initial.spec()) + ", which does not fit");
  std::optional<bool> trainable = known.is_trainable;
  if (trainable && !is_floating(dtype)) trainable = false;
  return {variable(initial, {.trainable = trainable, .name = context.name()})};
}

std::vector<Output> read_handler(const NodeContext& context) {
  return {identity(context.input(0), context.options())};
}

std::vector<Output> assign_handler(const NodeContext& context) {
  const WaitForInput waits(context, 0);
  return {assign(context.variable(0), context.input(1), context.options())};
}

std::vector<Output> assign_add_handler(const NodeContext& context) {
  const WaitForInput waits(context, 0);
  return {assign_add(context.variable(0), context.input(1), context.options())};
}

std::vector<Output> assign_sub_handler(const NodeContext& context) {
  const WaitForInput waits(context, 0);
  return {assign_sub(context.variable(0), context.input(1), context.options())};
}

/// A run of deft that reads a variable without a value fails, so whoever asks in a run knows.
std::vector<Output> is_initialized_handler(const NodeContext& context) {
  context.variable(0);
  return {constant(context.graph(), Tensor::scalar(true), context.options())};
}

std::vector<Output> variable_shape_handler(const NodeContext& context) {
  const DType dtype = context.dtype("out_type", DType::i32);
  const Output dims = context.inside([&] { return shape(context.variable(0)); });
  return {cast(dims, dtype, context.options())};
}

enum class Scatter { add, sub };

template <Scatter scatter>
std::vector<Output> scatter_handler(const NodeContext& context) {
  const WaitForInput waits(context, 0);
  const Output variable = context.variable(0);
  const Output value = context.inside([&] {
    const Output& updates = context.input(2);
    return scatter_add(variable, context.input(1),
                       scatter == Scatter::add ? updates : neg(updates));
  });
  return {assign(variable, value, context.options())};
}

std::vector<Output> resource_gather_handler(const NodeContext& context) {
  if (context.integer("batch_dims", 0) != 0) context.refuse("its batch_dims are not 0");
  return {gather(context.input(0), context.input(1), {.name = context.name()})};
}

std::vector<Output> no_op_handler(const NodeContext& context) {
  return {no_op(context.graph(), context.options())};
}

constexpr OpHandler handlers[] = {
    {"Assign", assign_handler, true},
    {"AssignAdd", assign_add_handler, true},
    {"AssignAddVariableOp", assign_add_handler, true},
    {"AssignSub", assign_sub_handler, true},
    {"AssignSubVariableOp", assign_sub_handler, true},
    {"AssignVariableOp", assign_handler, true},
    {"IsVariableInitialized", is_initialized_handler},
    {"NoOp", no_op_handler},
    {"ReadVariableOp", read_handler},
    {"ResourceGather", resource_gather_handler},
    {"ResourceScatterAdd", scatter_handler<Scatter::add>, true},
    {"ResourceScatterSub", scatter_handler<Scatter::sub>, true},
    {"ScatterAdd", scatter_handler<Scatter::add>, true},
    {"ScatterSub", scatter_handler<Scatter::sub>, true},
    {"VarHandleOp", variable_handler},
    {"VarIsInitializedOp", is_initialized_handler},
    {"Variable", variable_handler},
    {"VariableShape", variable_shape_handler},
    {"VariableV2", variable_handler},
};

}  // namespace

constinit const OpHandlers state_handlers = handlers;

}  // namespace deft::tensorflow
