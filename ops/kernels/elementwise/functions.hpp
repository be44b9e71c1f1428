#pragma once

#include <cstdint>

#include <deft/core/element_function.hpp>

namespace deft {

/// Element functions that several files use. The others are declared where their operations are.
namespace elements {
extern const ElementFunction add, copy, sub;
}

/// Input 0.
RowFunction copy_row(DType dtype);

enum class Comparison : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

/// ElementFunction::rows of a comparison of data at rest.
RowFunction comparison_row(Comparison comparison, DType dtype);

/// ElementFunction::rows of functions of integers that throw where they are not defined.
RowKernel integer_quotient(DType dtype);  // truncated, as its rest
RowKernel integer_rest(DType dtype);
RowKernel integer_floor_quotient(DType dtype);
RowKernel integer_floor_rest(DType dtype);
RowKernel integer_power(DType dtype);

/// Computes a row by the operations of a code, one after the other for some elements at a time.
void interpret(const ElementCode& code, const Row& row);

}  // namespace deft
