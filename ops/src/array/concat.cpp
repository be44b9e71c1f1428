#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/movement.hpp>

#include "axis.hpp"
#include "kernels/movement/concat.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// Any number of [s_0, ..., n_i, ...] of one dtype -> [s_0, ..., sum of the n_i, ...]
std::vector<TensorSpec> infer_concat(const InferContext& context) {
  require_same_dtype(context);
  const Shape& first = context.inputs[0].shape;
  const std::size_t axis = check_axis(context, first.rank());
  std::vector<std::int64_t> dims(first.dims().begin(), first.dims().end());
  dims[axis] = Shape::unknown;
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    const Shape& shape = context.inputs[i].shape;
    if (!Shape(dims).is_compatible_with(shape))
      context.fail(ErrorCode::shape_mismatch,
                   "input " + std::to_string(i) + " has the shape " + shape.to_string() +
                       ", which does not fit " + Shape(dims).to_string() + " of those before it",
                   "make all dimensions equal but the one of the axis");
    for (std::size_t d = 0; d < dims.size(); ++d)
      if (d != axis && dims[d] == Shape::unknown) dims[d] = shape.dims()[d];
  }
  dims[axis] = sum_of_dims(context, context.inputs, axis);
  return {{context.inputs[0].dtype, Shape(dims)}};
}

/// dy cut into the parts that the inputs have become
std::vector<Output> gradient_concat(const GradientContext& context) {
  return split_like(context.grads[0], {context.inputs.begin(), context.inputs.end()},
                    context.attributes().get<std::int64_t>("axis"));
}

/// An input of the shape of the result is the result: it has all elements.
std::optional<Rewrite> simplify_concat(const SimplifyContext& context) {
  for (std::size_t i = 0; i < context.self.inputs.size(); ++i)
    if (context.input(i).spec() == context.self.spec())
      return Rewrite{.inputs = {context.self.inputs[i]}};
  return std::nullopt;
}

Kernel prepare_concat(const KernelContext& context) {
  return concat_kernel(axis_of(context.attributes, context.outputs[0].shape.rank()), context);
}

void refuse_none(std::string_view op, const std::vector<Output>& xs, const NodeOptions& options) {
  if (!xs.empty()) return;
  throw GraphError({.message = "takes at least 1 input, but none is given",
                    .cure = "give it what it is to put together",
                    .op = std::string(op),
                    .node = std::string(options.name),
                    .where = options.where});
}

}  // namespace

namespace builtin {

extern constexpr OpDef concat{
    .name = "concat",
    .arity = {1, Arity::unbounded},
    .infer = infer_concat,
    .gradient = gradient_concat,
    .kernel = prepare_concat,
    .simplify = simplify_concat,
};

constexpr const OpDef* concat_list[] = {&concat};
extern constexpr std::span<const OpDef* const> concat_ops = concat_list;

}  // namespace builtin

Output concat(const std::vector<Output>& xs, std::int64_t axis, const NodeOptions& options) {
  refuse_none("concat", xs, options);
  return add_node(builtin::concat, xs, {{"axis", axis}}, options);
}

Output stack(const std::vector<Output>& xs, std::int64_t axis, const NodeOptions& options) {
  refuse_none("stack", xs, options);
  std::vector<Output> layers;
  layers.reserve(xs.size());
  for (const Output& x : xs) layers.push_back(expand_dims(x, axis, {.where = options.where}));
  return concat(layers, axis, options);
}

}  // namespace deft
