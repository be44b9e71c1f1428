#include "prod_of_others.hpp"

#include <span>
#include <string>

#include <deft/core/op_def.hpp>

#include "kernels/reductions/prod_of_others.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

constexpr std::size_t most_tangents = 8;  // a kernel works on 2^tangents numbers an element

/// x, tangents: all [s] of one floating dtype -> [s]
std::vector<TensorSpec> infer_others(const InferContext& context) {
  require_floating(context);
  require_same_dtype(context);
  const Shape& x = context.inputs[0].shape;
  check_axis(context, x.rank());
  for (const TensorSpec& input : context.inputs)
    if (!x.is_compatible_with(input.shape))
      context.fail(ErrorCode::shape_mismatch,
                   "x has the shape " + x.to_string() + ", a tangent " + input.shape.to_string(),
                   "give tensors of one shape");
  return {context.inputs[0]};
}

std::vector<Output> gradient_others(const GradientContext& context);

Kernel prepare_others(const KernelContext& context) {
  return prod_of_others_kernel(axis_of(context.attributes, context.inputs[0].shape.rank()),
                               context);
}

}  // namespace

/// x, tangents g_1, ..., g_m -> at each element the coefficient of e_1 ... e_m in the product of
/// x + e_1 g_1 + ... + e_m g_m over the other elements: the m-th derivative of their product along
/// these tangents.
extern constexpr OpDef prod_of_others{
    .name = "prod_of_others",
    .arity = {1, 1 + most_tangents},
    .infer = infer_others,
    .gradient = gradient_others,
    .kernel = prepare_others,
};

namespace {

/// dy [s] takes the place of the tangent whose gradient is asked for, since what is left out of a
/// product and what stands in a tangent's place can be exchanged; for x it is one tangent more.
std::vector<Output> gradient_others(const GradientContext& context) {
  std::vector<Output> entries;
  entries.reserve(context.inputs.size());
  for (std::size_t i = 0; i < context.inputs.size(); ++i) {
    std::vector<Output> inputs(context.inputs.begin(), context.inputs.end());
    if (i == 0)
      inputs.push_back(context.grads[0]);
    else
      inputs[i] = context.grads[0];
    entries.push_back(add_node(prod_of_others, inputs, context.attributes(), {}));
  }
  return entries;
}

}  // namespace

constexpr const OpDef* prod_of_others_list[] = {&prod_of_others};
extern constexpr std::span<const OpDef* const> prod_of_others_ops = prod_of_others_list;

}  // namespace builtin

Output prod_of_others(const Output& x, std::int64_t axis) {
  return add_node(builtin::prod_of_others, {x}, {{"axis", axis}}, {});
}

}  // namespace deft
