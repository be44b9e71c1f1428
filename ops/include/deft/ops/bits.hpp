#pragma once

#include <deft/core/graph.hpp>
#include <deft/ops/operand.hpp>

namespace deft {

// Bits of integers, in two's complement, of any integer dtype, u8 among them. Operands have one
// dtype and broadcast as those of `add`; a C++ integer takes the dtype of the other side. Integers
// do not vary, so that the gradients are 0. bool is a number of one bit: there the four functions
// of bits are those of logic, and shifts are refused.

Output bitwise_and(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output bitwise_or(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output bitwise_xor(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output bitwise_not(const Output& x, const NodeOptions& options = {});

/// The bits of x moved by `count` places to the higher or to the lower ones. What moves in is 0,
/// but the sign of a signed x from the left: right_shift is then floor(x / 2^count). A count that
/// is negative, or not below the number of bits, moves all bits out, as NumPy has it: it leaves 0,
/// and right_shift of a negative x leaves -1.
Output left_shift(const Operand& x, const Operand& count, const NodeOptions& options = {});
Output right_shift(const Operand& x, const Operand& count, const NodeOptions& options = {});

}  // namespace deft
