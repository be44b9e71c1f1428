#include <deft/ops/bits.hpp>

#include <span>
#include <string>

#include <deft/ops/element.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {

namespace elements {
extern const ElementFunction bitwise_and, bitwise_or, bitwise_xor, bitwise_not, left_shift,
    right_shift;
}

namespace {

void require_bits(const InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  if (!bits_dtypes.contains(x.dtype))
    context.fail(ErrorCode::dtype_mismatch,
                 "the first operand is " + to_string(x) + ", but must be of integers",
                 "cast it to an integer dtype");
}

/// x [s] -> [s], integers
std::vector<TensorSpec> infer_bits(const InferContext& context) {
  require_bits(context);
  return {context.inputs[0]};
}

/// x [a], y [b] -> [broadcast of a and b], integers of one dtype
std::vector<TensorSpec> infer_binary_bits(const InferContext& context) {
  require_bits(context);
  require_same_dtype(context);
  const TensorSpec& x = context.inputs[0];
  return {{x.dtype, broadcast_shapes(context, x.shape, context.inputs[1].shape)}};
}

using Binary = Output (*)(const Operand&, const Operand&, const NodeOptions&);

/// `op`, or `logical` where an Output or a Tensor among the operands is bool.
Output add_bits_or_logic(const OpDef& op, Binary logical, const Operand& x, const Operand& y,
                         const NodeOptions& options) {
  const auto operands = resolve_operands(op.name, x, y, options);
  const bool are_bools =
      has_spec(operands[0]) && operands[0].dtype(options.where) == DType::boolean;
  if (are_bools) return logical(operands[0], operands[1], named(op.name, options));
  return add_node(op, operands, {}, options);
}

}  // namespace

namespace builtin {

extern constexpr OpDef bitwise_and{
    .name = "bitwise_and",
    .arity = {2, 2},
    .infer = infer_binary_bits,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::bitwise_and>,
    .form = map_form<elements::bitwise_and>,
};

extern constexpr OpDef bitwise_or{
    .name = "bitwise_or",
    .arity = {2, 2},
    .infer = infer_binary_bits,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::bitwise_or>,
    .form = map_form<elements::bitwise_or>,
};

extern constexpr OpDef bitwise_xor{
    .name = "bitwise_xor",
    .arity = {2, 2},
    .infer = infer_binary_bits,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::bitwise_xor>,
    .form = map_form<elements::bitwise_xor>,
};

extern constexpr OpDef bitwise_not{
    .name = "bitwise_not",
    .arity = {1, 1},
    .infer = infer_bits,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::bitwise_not>,
    .form = map_form<elements::bitwise_not>,
};

extern constexpr OpDef left_shift{
    .name = "left_shift",
    .arity = {2, 2},
    .infer = infer_binary_bits,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::left_shift>,
    .form = map_form<elements::left_shift>,
};

extern constexpr OpDef right_shift{
    .name = "right_shift",
    .arity = {2, 2},
    .infer = infer_binary_bits,
    .gradient = zero_gradients,
    .kernel = map_kernel<elements::right_shift>,
    .form = map_form<elements::right_shift>,
};

constexpr const OpDef* bits_list[] = {&bitwise_and, &bitwise_or, &bitwise_xor,
                                      &bitwise_not, &left_shift, &right_shift};
extern constexpr std::span<const OpDef* const> bits_ops = bits_list;

}  // namespace builtin

Output bitwise_and(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_bits_or_logic(builtin::bitwise_and, logical_and, x, y, options);
}

Output bitwise_or(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_bits_or_logic(builtin::bitwise_or, logical_or, x, y, options);
}

Output bitwise_xor(const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_bits_or_logic(builtin::bitwise_xor, logical_xor, x, y, options);
}

Output bitwise_not(const Output& x, const NodeOptions& options) {
  if (has_spec(x) && x.dtype(options.where) == DType::boolean)
    return logical_not(x, named("bitwise_not", options));
  return add_node(builtin::bitwise_not, {x}, {}, options);
}

Output left_shift(const Operand& x, const Operand& count, const NodeOptions& options) {
  return add_binary(builtin::left_shift, x, count, options);
}

Output right_shift(const Operand& x, const Operand& count, const NodeOptions& options) {
  return add_binary(builtin::right_shift, x, count, options);
}

}  // namespace deft
