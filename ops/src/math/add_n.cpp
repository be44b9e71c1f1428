#include <span>
#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/math.hpp>

#include "kernels/elementwise/elementwise.hpp"
#include "kernels/elementwise/functions.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// Any number of [s] of one numeric dtype -> [s]
std::vector<TensorSpec> infer_add_n(const InferContext& context) {
  require_numeric(context);
  require_same_dtype(context);
  std::vector<std::int64_t> dims(context.inputs[0].shape.dims().begin(),
                                 context.inputs[0].shape.dims().end());
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    const Shape& shape = context.inputs[i].shape;
    if (!Shape(dims).is_compatible_with(shape))
      context.fail(ErrorCode::shape_mismatch,
                   "input " + std::to_string(i) + " has the shape " + shape.to_string() +
                       ", but those before it " + Shape(dims).to_string(),
                   "make all shapes equal; only add broadcasts");
    for (std::size_t axis = 0; axis < dims.size(); ++axis)
      if (dims[axis] == Shape::unknown) dims[axis] = shape.dims()[axis];
  }
  return {{context.inputs[0].dtype, Shape(dims)}};
}

std::vector<Output> gradient_add_n(const GradientContext& context) {
  return std::vector<Output>(context.inputs.size(), context.grads[0]);
}

Kernel prepare_add_n(const KernelContext& context) {
  return context.inputs.size() == 1 ? Kernel::forward() : add_n_kernel(context);
}

/// A fold, as groups take it. Sums of many terms have none: the kernel reads each term once and
/// writes nothing in between.
Form sum_form(const KernelContext& context) {
  constexpr std::size_t few = 8;
  const std::size_t terms = context.inputs.size();
  if (terms == 1) return RenameForm{};
  if (terms > few) return {};
  return FoldForm{{&elements::add}};
}

}  // namespace

namespace builtin {

extern constexpr OpDef add_n{
    .name = "add_n",
    .arity = {1, Arity::unbounded},
    .infer = infer_add_n,
    .gradient = gradient_add_n,
    .kernel = prepare_add_n,
    .form = sum_form,
};

constexpr const OpDef* add_n_list[] = {&add_n};
extern constexpr std::span<const OpDef* const> add_n_ops = add_n_list;

}  // namespace builtin

Output add_n(const std::vector<Output>& xs, const NodeOptions& options) {
  if (xs.empty())
    throw GraphError({.message = "takes at least 1 input, but none is given",
                      .cure = "use zeros for the sum of nothing",
                      .op = "add_n",
                      .node = std::string(options.name),
                      .where = options.where});
  return add_node(builtin::add_n, xs, {}, options);
}

}  // namespace deft
