#include <algorithm>
#include <span>

#include <deft/ops/array.hpp>

#include "axes_attribute.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// x [s] -> i64[rank of s]
std::vector<TensorSpec> infer_shape(const InferContext& context) {
  return {{DType::i64, Shape{static_cast<std::int64_t>(context.inputs[0].shape.rank())}}};
}

/// The dimensions `axes` of `shape`.
Shape part_of(const Shape& shape, AxisSet axes) {
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (axes[i]) dims.push_back(shape.dims()[i]);
  return Shape(dims);
}

/// x [s] -> i64[]; the product of some dimensions may overflow where that of all is 0
std::vector<TensorSpec> infer_size(const InferContext& context) {
  const Shape& shape = context.inputs[0].shape;
  const Shape part = part_of(shape, check_axes(context, shape.rank()));
  if (part.is_fully_defined()) part.num_elements();
  return {{DType::i64, Shape{}}};
}

Kernel prepare_shape(const KernelContext& context) {
  return make_kernel(
      [shape = context.inputs[0].shape](const KernelArgs& args) {
        std::copy(shape.dims().begin(), shape.dims().end(), args.output<std::int64_t>());
      },
      0);
}

Kernel prepare_size(const KernelContext& context) {
  const Shape& shape = context.inputs[0].shape;
  const std::int64_t size =
      part_of(shape, axis_set(context.attributes, shape.rank())).num_elements();
  return make_kernel([size](const KernelArgs& args) { *args.output<std::int64_t>() = size; }, 0);
}

}  // namespace

namespace builtin {

extern constexpr OpDef shape{
    .name = "shape",
    .arity = {1, 1},
    .infer = infer_shape,
    .gradient = zero_gradients,
    .kernel = prepare_shape,
    .shape_only_inputs = 1U << 0,
};

extern constexpr OpDef size{
    .name = "size",
    .arity = {1, 1},
    .infer = infer_size,
    .gradient = zero_gradients,
    .kernel = prepare_size,
    .shape_only_inputs = 1U << 0,
};

constexpr const OpDef* shape_of_list[] = {&shape, &size};
extern constexpr std::span<const OpDef* const> shape_of_ops = shape_of_list;

}  // namespace builtin

Output shape(const Output& x, const NodeOptions& options) {
  return add_node(builtin::shape, {x}, {}, options);
}

Output size(const Output& x, const Axes& axes, const NodeOptions& options) {
  return add_node(builtin::size, {x}, axes_attribute("axes", axes), options);
}

}  // namespace deft
