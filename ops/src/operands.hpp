#pragma once

#include <array>
#include <string_view>
#include <vector>

#include <deft/core/attributes.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/ops/operand.hpp>
#include <deft/ops/scalar.hpp>

namespace deft {

/// `value` as a tensor of rank 0 and `dtype`. Throws Refusal if there is no such value: 0.5 as i32,
/// 2 as bool, 1e300 as f32, an integer that a floating dtype would round. Rounding 0.1 to f32 is
/// allowed.
Tensor scalar_tensor(const Scalar& value, DType dtype,
                     SourceLocation where = SourceLocation::current());

/// `value` as an attribute, and the attribute `name` as a Scalar again: a double, or an i64 that a
/// double may not hold.
AttributeValue scalar_attribute(const Scalar& value);
Scalar scalar_attribute(const Attributes& attributes, std::string_view name);

/// Whether `x` has a dtype and a shape: it is no empty handle, and no operation without output.
bool has_spec(const Output& x);

/// A constant of one element, in the graph and of the dtype of `x`.
Output number_like(const Output& x, double value);

/// 0 where `x`, of a floating dtype, is a number, NaN where it is NaN.
Output zero_or_nan(const Output& x);

/// x and y as Outputs, a scalar among them with the dtype of the other side. Throws GraphError, in
/// the name of `op`, if neither is an Output or a scalar has no such value.
std::array<Output, 2> resolve_operands(std::string_view op, const Operand& x, const Operand& y,
                                       const NodeOptions& options);

/// `options` with a name for a node that is the result of the builder `op`, which is no op.
NodeOptions named(std::string_view op, const NodeOptions& options);

/// OpDef::gradient of an op whose outputs do not vary with its inputs: a known zero for each.
std::vector<Output> zero_gradients(const GradientContext& context);

/// A node of an operation on two operands.
Output add_binary(const OpDef& op, const Operand& x, const Operand& y, const NodeOptions& options);

}  // namespace deft
