#include <span>

#include <deft/ops/array.hpp>

#include "kernels/elementwise/elementwise.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// -> [attribute "shape"] of the attribute "dtype"
std::vector<TensorSpec> infer_filled(const InferContext& context) {
  const auto& shape = context.attributes.get<Shape>("shape");
  require_known(context, shape, "a filled tensor");
  return {{context.attributes.get<DType>("dtype"), shape}};
}

/// As infer_filled; the attribute "value" must have a value of the dtype
std::vector<TensorSpec> infer_fill(const InferContext& context) {
  std::vector<TensorSpec> outputs = infer_filled(context);
  if (size_of(outputs[0].dtype) != 0)  // else the graph refuses the dtype
    scalar_tensor(scalar_attribute(context.attributes, "value"), outputs[0].dtype);
  return outputs;
}

/// x [s] -> [s]
std::vector<TensorSpec> infer_like(const InferContext& context) { return {context.inputs[0]}; }

Form repeat(const KernelContext&) { return RepeatForm{}; }

Kernel prepare(const Scalar& value, const KernelContext& context) {
  return fill_kernel(scalar_tensor(value, context.outputs[0].dtype), context);
}

Kernel prepare_zeros(const KernelContext& context) { return prepare(0, context); }

Kernel prepare_ones(const KernelContext& context) { return prepare(1, context); }

Kernel prepare_fill(const KernelContext& context) {
  return prepare(scalar_attribute(context.attributes, "value"), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef zeros{
    .name = "zeros",
    .infer = infer_filled,
    .gradient = zero_gradients,
    .kernel = prepare_zeros,
    .form = repeat,
};

extern constexpr OpDef ones{
    .name = "ones",
    .infer = infer_filled,
    .gradient = zero_gradients,
    .kernel = prepare_ones,
    .form = repeat,
};

extern constexpr OpDef fill{
    .name = "fill",
    .infer = infer_fill,
    .gradient = zero_gradients,
    .kernel = prepare_fill,
    .form = repeat,
};

extern constexpr OpDef zeros_like{
    .name = "zeros_like",
    .arity = {1, 1},
    .infer = infer_like,
    .gradient = zero_gradients,
    .kernel = prepare_zeros,
    .shape_only_inputs = 1U << 0,
    .form = repeat,
};

extern constexpr OpDef ones_like{
    .name = "ones_like",
    .arity = {1, 1},
    .infer = infer_like,
    .gradient = zero_gradients,
    .kernel = prepare_ones,
    .shape_only_inputs = 1U << 0,
    .form = repeat,
};

constexpr const OpDef* fill_list[] = {&zeros, &ones, &fill, &zeros_like, &ones_like};
extern constexpr std::span<const OpDef* const> fill_ops = fill_list;

}  // namespace builtin

Output zeros(const Graph& graph, DType dtype, const Shape& shape, const NodeOptions& options) {
  return graph.add(builtin::zeros, {}, {{"dtype", dtype}, {"shape", shape}}, options);
}

Output ones(const Graph& graph, DType dtype, const Shape& shape, const NodeOptions& options) {
  return graph.add(builtin::ones, {}, {{"dtype", dtype}, {"shape", shape}}, options);
}

Output fill(const Graph& graph, DType dtype, const Shape& shape, const Scalar& value,
            const NodeOptions& options) {
  return graph.add(builtin::fill, {},
                   {{"dtype", dtype}, {"shape", shape}, {"value", scalar_attribute(value)}},
                   options);
}

Output zeros_like(const Output& x, const NodeOptions& options) {
  return add_node(builtin::zeros_like, {x}, {}, options);
}

Output ones_like(const Output& x, const NodeOptions& options) {
  return add_node(builtin::ones_like, {x}, {}, options);
}

}  // namespace deft
