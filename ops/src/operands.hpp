#pragma once

#include <array>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/ops/operand.hpp>

namespace deft {

/// `value` as a scalar tensor of `dtype`. Throws Refusal if there is no such value: 0.5 as i32, 2
/// as bool, 1e300 as f32, an integer that a floating dtype would round. Rounding 0.1 to f32 is
/// allowed.
Tensor scalar_tensor(double value, DType dtype);
Tensor scalar_tensor(std::int64_t value, DType dtype);

/// x and y as Outputs, a scalar among them with the dtype of the other side. Throws GraphError, in
/// the name of `op`, if both are scalars or a scalar has no such value.
std::array<Output, 2> resolve_operands(const OpDef& op, const Operand& x, const Operand& y,
                                       const NodeOptions& options);

/// A node of an operation on two operands.
Output add_binary(const OpDef& op, const Operand& x, const Operand& y, const NodeOptions& options);

}  // namespace deft
