#pragma once

#include <deft/core/dtype.hpp>
#include <deft/core/fusion.hpp>

#include "elementwise.hpp"

namespace deft {

/// A function of rows, and the same for one element of each operand, where that has a shorter way.
struct RowKernel {
  RowFunction row;
  Kernel::Run single = nullptr;

  RowKernel(RowFunction function) : row(function) {}
  RowKernel(RowFunction function, Kernel::Run alone) : row(function), single(alone) {}
};

/// neg, square, abs and sign of a numeric dtype, sqrt and rsqrt of a floating one.
RowKernel unary_row(UnaryFunction function, DType dtype);

/// add, sub, mul, maximum and minimum of a numeric dtype, div of a floating one.
RowKernel arithmetic_row(BinaryFunction function, DType dtype);

/// div and pow of i32 or i64, which throw ValueError where they are not defined.
RowFunction integer_row(BinaryFunction function, DType dtype);

/// Comparisons; bool[count].
RowKernel comparison_row(BinaryFunction function, DType dtype);

/// exp, log and tanh of a floating dtype.
RowKernel exponential_row(UnaryFunction function, DType dtype);

/// pow of a floating dtype: by products where an exponent is an integer up to 16 in magnitude, else
/// by the C library.
RowKernel power_row(DType dtype);

/// Input 1 where input 0 holds, else input 2.
RowFunction select_row(DType dtype);

/// Input 0 converted.
RowFunction cast_row(DType from, DType to);

/// Input 0.
RowFunction copy_row(DType dtype);

}  // namespace deft
