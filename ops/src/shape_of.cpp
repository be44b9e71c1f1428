#include <algorithm>

#include <deft/ops/array.hpp>

#include "axes_attribute.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> i64[rank of s]
std::vector<TensorSpec> infer_shape(const InferContext& context) {
  return {{DType::i64, Shape{static_cast<std::int64_t>(context.inputs[0].shape.rank())}}};
}

/// x [s] -> i64[]
std::vector<TensorSpec> infer_size(const InferContext& context) {
  check_axes(context, context.inputs[0].shape.rank());
  return {{DType::i64, Shape{}}};
}

/// An integer does not vary with x.
std::vector<Output> no_gradient(const GradientContext&) { return {Output{}}; }

Kernel prepare_shape(const KernelContext& context) {
  return make_kernel([shape = context.inputs[0].shape](const KernelArgs& args) {
    std::copy(shape.dims().begin(), shape.dims().end(), args.output<std::int64_t>());
  });
}

Kernel prepare_size(const KernelContext& context) {
  const Shape& shape = context.inputs[0].shape;
  const AxisSet axes = axis_set(context.attributes, shape.rank());
  std::int64_t size = 1;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (axes[i]) size *= shape.dims()[i];
  return make_kernel([size](const KernelArgs& args) { *args.output<std::int64_t>() = size; });
}

}  // namespace

namespace builtin {

extern constexpr OpDef shape{
    .name = "shape",
    .arity = {1, 1},
    .infer = infer_shape,
    .gradient = no_gradient,
    .kernel = prepare_shape,
    .shape_only_inputs = 1U << 0,
};

extern constexpr OpDef size{
    .name = "size",
    .arity = {1, 1},
    .infer = infer_size,
    .gradient = no_gradient,
    .kernel = prepare_size,
    .shape_only_inputs = 1U << 0,
};

}  // namespace builtin

Output shape(const Output& x, const NodeOptions& options) {
  return add_node(builtin::shape, {x}, {}, options);
}

Output size(const Output& x, const Axes& axes, const NodeOptions& options) {
  return add_node(builtin::size, {x}, axes_attribute("axes", axes), options);
}

}  // namespace deft
