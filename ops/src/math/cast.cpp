#include <span>

#include <deft/ops/array.hpp>
#include <deft/ops/element.hpp>

#include "identities.hpp"

namespace deft {

namespace elements {
extern const ElementFunction cast;
}

namespace {

/// x [s] -> [s] of the attribute "dtype"
std::vector<TensorSpec> infer_cast(const InferContext& context) {
  return {{context.attributes.get<DType>("dtype"), context.inputs[0].shape}};
}

/// Whether elements vary continuously; an integer or a bool does not.
bool varies(DType dtype) { return is_floating(dtype) || is_floating_at_rest(dtype); }

/// Back to the dtype of x, [s].
std::vector<Output> gradient_cast(const GradientContext& context) {
  const DType from = context.inputs[0].dtype();
  const Output& dy = context.grads[0];
  if (!varies(from) || !varies(dy.dtype())) return {Output{}};
  return {cast(dy, from)};
}

Kernel prepare_cast(const KernelContext& context) {
  const bool same = context.inputs[0].dtype == context.outputs[0].dtype;
  return same ? Kernel::forward() : map_kernel(elements::cast, context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef cast{
    .name = "cast",
    .arity = {1, 1},
    .infer = infer_cast,
    .gradient = gradient_cast,
    .kernel = prepare_cast,
    .simplify = forward_same,
    .form = map_form<elements::cast>,
};

constexpr const OpDef* cast_list[] = {&cast};
extern constexpr std::span<const OpDef* const> cast_ops = cast_list;

}  // namespace builtin

Output cast(const Output& x, DType dtype, const NodeOptions& options) {
  return add_node(builtin::cast, {x}, {{"dtype", dtype}}, options);
}

}  // namespace deft
