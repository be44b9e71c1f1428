#include <algorithm>
#include <span>
#include <string>

#include <deft/ops/array.hpp>

#include "identities.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

Kernel forward(const KernelContext&) { return Kernel::forward(); }

Form rename(const KernelContext&) { return RenameForm{}; }

std::vector<std::int64_t> dims_of(const Shape& shape) {
  return {shape.dims().begin(), shape.dims().end()};
}

[[noreturn]] void fail_sizes(const InferContext& context, const Shape& from, const Shape& to) {
  context.fail(ErrorCode::shape_mismatch,
               "the shape " + from.to_string() + " has " + std::to_string(from.num_elements()) +
                   " elements and does not fit " + to.to_string(),
               "give a shape of the same number of elements");
}

/// x [s] -> [attribute "shape"], in which one unknown dimension is inferred once s is known
std::vector<TensorSpec> infer_reshape(const InferContext& context) {
  const Shape& from = context.inputs[0].shape;
  const auto& wanted = context.attributes.get<Shape>("shape");
  std::vector<std::int64_t> dims = dims_of(wanted);
  const auto open = std::find(dims.begin(), dims.end(), Shape::unknown);
  if (open != dims.end() && std::find(open + 1, dims.end(), Shape::unknown) != dims.end())
    context.fail(ErrorCode::invalid_argument,
                 "the shape " + wanted.to_string() + " has more than one unknown dimension",
                 "give all dimensions but one");
  if (!from.is_fully_defined()) return {{context.inputs[0].dtype, wanted}};
  const std::int64_t count = from.num_elements();
  if (open != dims.end()) {
    *open = 1;
    const std::int64_t rest = Shape(dims).num_elements();
    if (rest == 0)
      context.fail(ErrorCode::shape_mismatch,
                   "the unknown dimension of " + wanted.to_string() +
                       " cannot be inferred beside a dimension of 0, from " + from.to_string(),
                   "give all dimensions");
    if (count % rest != 0) fail_sizes(context, from, wanted);
    *open = count / rest;
  }
  if (Shape(dims).num_elements() != count) fail_sizes(context, from, wanted);
  return {{context.inputs[0].dtype, Shape(dims)}};
}

/// x [s], like [t] of the same number of elements -> [t] of x's dtype
std::vector<TensorSpec> infer_reshape_like(const InferContext& context) {
  const Shape& from = context.inputs[0].shape;
  const Shape& to = context.inputs[1].shape;
  if (from.is_fully_defined() && to.is_fully_defined() && from.num_elements() != to.num_elements())
    fail_sizes(context, from, to);
  return {{context.inputs[0].dtype, to}};
}

/// x [s] -> [s with a 1 inserted at the attribute "axis"]
std::vector<TensorSpec> infer_expand_dims(const InferContext& context) {
  std::vector<std::int64_t> dims = dims_of(context.inputs[0].shape);
  const std::size_t axis = check_new_axis(context, dims.size());
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  return {{context.inputs[0].dtype, Shape(dims)}};
}

/// x [s] -> [s without the dimensions "axes", each of which is 1]
std::vector<TensorSpec> infer_squeeze(const InferContext& context) {
  const Shape& shape = context.inputs[0].shape;
  const AxisSet removed = check_axes(context, shape.rank());
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    const std::int64_t dim = shape.dims()[i];
    if (!removed[i])
      dims.push_back(dim);
    else if (dim != 1 && dim != Shape::unknown)
      context.fail(ErrorCode::shape_mismatch,
                   "dimension " + std::to_string(i) + " of " + shape.to_string() + " is " +
                       std::to_string(dim) + ", but only a dimension of 1 can be removed",
                   "reduce or index that dimension, or leave it");
  }
  return {{context.inputs[0].dtype, Shape(dims)}};
}

/// dy, which has the elements of x in the same order, under the shape of x
std::vector<Output> gradient_shape(const GradientContext& context) {
  return {reshape_like(context.grads[0], context.inputs[0])};
}

/// As gradient_shape; only the shape of `like` matters.
std::vector<Output> gradient_reshape_like(const GradientContext& context) {
  return {reshape_like(context.grads[0], context.inputs[0]), Output{}};
}

}  // namespace

namespace builtin {

extern constexpr OpDef reshape{
    .name = "reshape",
    .arity = {1, 1},
    .infer = infer_reshape,
    .gradient = gradient_shape,
    .kernel = forward,
    .simplify = forward_same,
    .form = rename,
};

extern constexpr OpDef reshape_like{
    .name = "reshape_like",
    .arity = {2, 2},
    .infer = infer_reshape_like,
    .gradient = gradient_reshape_like,
    .kernel = forward,
    .shape_only_inputs = 1U << 1,
    .simplify = forward_same,
    .form = rename,
};

extern constexpr OpDef expand_dims{
    .name = "expand_dims",
    .arity = {1, 1},
    .infer = infer_expand_dims,
    .gradient = gradient_shape,
    .kernel = forward,
    .form = rename,
};

extern constexpr OpDef squeeze{
    .name = "squeeze",
    .arity = {1, 1},
    .infer = infer_squeeze,
    .gradient = gradient_shape,
    .kernel = forward,
    .form = rename,
};

constexpr const OpDef* reshape_list[] = {&reshape, &reshape_like, &expand_dims, &squeeze};
extern constexpr std::span<const OpDef* const> reshape_ops = reshape_list;

}  // namespace builtin

Output reshape(const Output& x, const Shape& shape, const NodeOptions& options) {
  return add_node(builtin::reshape, {x}, {{"shape", shape}}, options);
}

Output reshape_like(const Output& x, const Output& like, const NodeOptions& options) {
  return add_node(builtin::reshape_like, {x, like}, {}, options);
}

Output expand_dims(const Output& x, std::int64_t axis, const NodeOptions& options) {
  return add_node(builtin::expand_dims, {x}, {{"axis", axis}}, options);
}

/// Without axes, those of the dimensions that are 1 now are written down: a dimension that turns
/// out to be 1 in a run must not change the rank.
Output squeeze(const Output& x, const Axes& axes, const NodeOptions& options) {
  std::vector<std::int64_t> removed;
  if (axes.list()) {
    removed = *axes.list();
  } else if (has_spec(x)) {
    const auto dims = x.shape().dims();
    for (std::size_t i = 0; i < dims.size(); ++i)
      if (dims[i] == 1) removed.push_back(static_cast<std::int64_t>(i));
  }
  return add_node(builtin::squeeze, {x}, {{"axes", removed}}, options);
}

}  // namespace deft
