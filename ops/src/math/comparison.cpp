#include <span>

#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction equal, not_equal, less, less_equal, greater, greater_equal;
}

namespace {

/// x [a], y [b] -> bool [broadcast of a and b], of one dtype
std::vector<TensorSpec> infer_equality(const InferContext& context) {
  require_same_dtype(context);
  return {{DType::boolean,
           broadcast_shapes(context, context.inputs[0].shape, context.inputs[1].shape)}};
}

/// As infer_equality, but not bool
std::vector<TensorSpec> infer_order(const InferContext& context) {
  if (!is_at_rest(context.inputs[0].dtype)) require_numeric(context);
  return infer_equality(context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef equal{
    .name = "equal",
    .arity = {2, 2},
    .infer = infer_equality,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::equal>,
    .form = map_form<elements::equal>,
};

extern constexpr OpDef not_equal{
    .name = "not_equal",
    .arity = {2, 2},
    .infer = infer_equality,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::not_equal>,
    .form = map_form<elements::not_equal>,
};

extern constexpr OpDef less{
    .name = "less",
    .arity = {2, 2},
    .infer = infer_order,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::less>,
    .form = map_form<elements::less>,
};

extern constexpr OpDef less_equal{
    .name = "less_equal",
    .arity = {2, 2},
    .infer = infer_order,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::less_equal>,
    .form = map_form<elements::less_equal>,
};

extern constexpr OpDef greater{
    .name = "greater",
    .arity = {2, 2},
    .infer = infer_order,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::greater>,
    .form = map_form<elements::greater>,
};

extern constexpr OpDef greater_equal{
    .name = "greater_equal",
    .arity = {2, 2},
    .infer = infer_order,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::greater_equal>,
    .form = map_form<elements::greater_equal>,
};

constexpr const OpDef* comparison_list[] = {&equal,      &not_equal, &less,
                                            &less_equal, &greater,   &greater_equal};
extern constexpr std::span<const OpDef* const> comparison_ops = comparison_list;

}  // namespace builtin

Output equal(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::equal, x, y, options);
}

Output not_equal(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::not_equal, x, y, options);
}

Output less(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::less, x, y, options);
}

Output less_equal(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::less_equal, x, y, options);
}

Output greater(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::greater, x, y, options);
}

Output greater_equal(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_binary(builtin::greater_equal, x, y, options);
}

}  // namespace deft
