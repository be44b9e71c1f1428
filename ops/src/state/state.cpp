#include <deft/ops/state.hpp>

#include <algorithm>
#include <cstring>
#include <span>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/element.hpp>

#include "kernels/elementwise/functions.hpp"
#include "operands.hpp"

namespace deft {
namespace builtin {
namespace {

std::vector<TensorSpec> infer_variable(const InferContext& context) {
  const auto& shape = context.attributes.get<Shape>("shape");
  if (!shape.is_fully_defined())
    context.fail(ErrorCode::shape_mismatch,
                 "the initial value has the shape " + shape.to_string() +
                     ", but a variable needs known dimensions",
                 "give the initial value a full shape");
  const DType dtype = context.attributes.get<DType>("dtype");
  const bool is_stated = context.attributes.find("trainable") != nullptr;
  if (is_stated && context.attributes.get<bool>("trainable") && !is_floating(dtype))
    context.fail(ErrorCode::dtype_mismatch,
                 "a variable of dtype " + std::string(to_string(dtype)) + " cannot be trainable",
                 "make it of a floating dtype");
  return {{dtype, shape}};
}

/// variable [s], value [s] -> new value [s]
std::vector<TensorSpec> infer_assign(const InferContext& context) {
  const TensorSpec& variable = context.inputs[0];
  const TensorSpec& value = context.inputs[1];
  if (variable.dtype != value.dtype)
    context.fail(ErrorCode::dtype_mismatch,
                 "the variable is " + std::string(to_string(variable.dtype)) + ", the value " +
                     std::string(to_string(value.dtype)),
                 "cast the value");
  if (!variable.shape.is_compatible_with(value.shape))
    context.fail(ErrorCode::shape_mismatch,
                 "the variable has the shape " + variable.shape.to_string() + ", the value " +
                     value.shape.to_string(),
                 "reshape or broadcast the value: nothing is broadcast here");
  return {variable};
}

std::vector<TensorSpec> infer_assign_numeric(const InferContext& context) {
  std::vector<TensorSpec> outputs = infer_assign(context);
  if (!is_numeric(outputs[0].dtype))
    context.fail(
        ErrorCode::dtype_mismatch,
        "a variable of dtype " + std::string(to_string(outputs[0].dtype)) + " cannot be added to",
        "cast to a numeric dtype");
  return outputs;
}

constexpr std::size_t copy_bytes = 65536;  // of a block

/// Output 0 is input 1, the value that is assigned.
Kernel copy_value(const KernelContext& context) {
  const std::size_t bytes = context.outputs[0].shape.num_bytes(context.outputs[0].dtype);
  if (bytes == 0) return {};
  Kernel kernel = make_blocked_kernel(
      [bytes](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
        const std::size_t first = static_cast<std::size_t>(begin) * copy_bytes;
        const std::size_t last = std::min(static_cast<std::size_t>(end) * copy_bytes, bytes);
        std::memcpy(args.output<std::byte>() + first, args.input<std::byte>(1) + first,
                    last - first);
      },
      static_cast<std::int64_t>((bytes + copy_bytes - 1) / copy_bytes), 0, 0);
  kernel.copies = 1;
  return kernel;
}

constexpr std::string_view assign_has_no_gradient =
    "an assign changes a variable; differentiate the value that is assigned";

}  // namespace

extern constexpr OpDef variable{
    .name = "variable",
    .effect = Effect::reads_variable,
    .infer = infer_variable,
    .gradient = [](const GradientContext&) { return std::vector<Output>{}; },
};

extern constexpr OpDef assign{
    .name = "assign",
    .arity = {2, 2},
    .effect = Effect::writes_variable,
    .infer = infer_assign,
    .no_gradient = assign_has_no_gradient,
    .kernel = copy_value,
    .shape_only_inputs = 1U << 0,
    .form = [](const KernelContext&) -> Form { return RenameForm{}; },
};

/// An assign of the initial value, which global_variables_initializer finds.
extern constexpr OpDef initialize{
    .name = "initialize",
    .arity = {2, 2},
    .effect = Effect::writes_variable,
    .infer = infer_assign,
    .no_gradient = assign_has_no_gradient,
    .kernel = copy_value,
    .shape_only_inputs = 1U << 0,
};

extern constexpr OpDef assign_add{
    .name = "assign_add",
    .arity = {2, 2},
    .effect = Effect::writes_variable,
    .infer = infer_assign_numeric,
    .no_gradient = assign_has_no_gradient,
    .kernel = map_kernel<elements::add>,
    .form = map_form<elements::add>,
};

extern constexpr OpDef assign_sub{
    .name = "assign_sub",
    .arity = {2, 2},
    .effect = Effect::writes_variable,
    .infer = infer_assign_numeric,
    .no_gradient = assign_has_no_gradient,
    .kernel = map_kernel<elements::sub>,
    .form = map_form<elements::sub>,
};

constexpr const OpDef* state_list[] = {&variable, &assign, &initialize, &assign_add, &assign_sub};
extern constexpr std::span<const OpDef* const> state_ops = state_list;

}  // namespace builtin

Output variable(const Output& initial_value, const VariableOptions& options) {
  const bool is_empty = initial_value.is_empty();
  if (!has_spec(initial_value))
    throw GraphError({.code = is_empty ? ErrorCode::empty_handle : ErrorCode::invalid_argument,
                      .message = is_empty ? "the initial value is an empty Output"
                                          : "the initial value, '" + initial_value.name() +
                                                "', is an operation without output",
                      .cure = "give it the result of a builder such as zeros",
                      .op = "variable",
                      .node = std::string(options.name),
                      .where = options.where});
  const TensorSpec& spec = initial_value.spec();
  Attributes attributes{{"dtype", spec.dtype}, {"shape", spec.shape}};
  if (options.trainable)
    attributes = {{"dtype", spec.dtype}, {"shape", spec.shape}, {"trainable", *options.trainable}};
  const NodeOptions node{.name = options.name, .where = options.where};
  Output variable = initial_value.graph().add(builtin::variable, {}, std::move(attributes), node);
  const std::string name =
      std::string(options.name.empty() ? builtin::variable.name : options.name) + "/initializer";
  add_node(builtin::initialize, {variable, initial_value}, {},
           {.name = name, .where = options.where});
  return variable;
}

Output variable(const Graph& graph, Tensor initial_value, const VariableOptions& options) {
  const std::string name =
      std::string(options.name.empty() ? builtin::variable.name : options.name) + "/initial_value";
  return variable(constant(graph, std::move(initial_value), {.name = name, .where = options.where}),
                  options);
}

bool is_variable(const Output& output) { return output.node().op == &builtin::variable; }

bool is_trainable(const Output& variable) {
  if (!is_variable(variable)) return false;
  const Attributes& attributes = *variable.node().attributes;
  const bool is_stated = attributes.find("trainable") != nullptr;
  return is_stated ? attributes.get<bool>("trainable") : is_floating(variable.dtype());
}

std::vector<Output> global_variables(const Graph& graph) {
  std::vector<Output> variables;
  const auto size = static_cast<NodeId>(graph.num_nodes());
  for (NodeId id = 0; id < size; ++id)
    if (graph.node(id).op == &builtin::variable) variables.push_back(graph.output({id, 0}));
  return variables;
}

Output global_variables_initializer(const Graph& graph, const NodeOptions& options) {
  NodeOptions named = options;
  if (named.name.empty()) named.name = "global_variables_initializer";
  std::vector<Output> initializers;
  const auto size = static_cast<NodeId>(graph.num_nodes());
  for (NodeId id = 0; id < size; ++id)
    if (graph.node(id).op == &builtin::initialize) initializers.push_back(graph.output({id, 0}));
  return initializers.empty() ? no_op(graph, named) : group(initializers, named);
}

Output assign(const Output& variable, const Output& value, const NodeOptions& options) {
  return add_node(builtin::assign, {variable, value}, {}, options);
}

Output assign_add(const Output& variable, const Output& delta, const NodeOptions& options) {
  return add_node(builtin::assign_add, {variable, delta}, {}, options);
}

Output assign_sub(const Output& variable, const Output& delta, const NodeOptions& options) {
  return add_node(builtin::assign_sub, {variable, delta}, {}, options);
}

}  // namespace deft
