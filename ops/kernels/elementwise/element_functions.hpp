#pragma once

#include "elementwise.hpp"
#include "rows.hpp"

namespace deft {

/// The functions of rows_exponential.cpp.
bool is_exponential(UnaryFunction function);

// The row function of an operation, for its dtype.
RowKernel row_of(UnaryFunction function, DType dtype);
RowKernel row_of(BinaryFunction function, DType dtype);

}  // namespace deft
