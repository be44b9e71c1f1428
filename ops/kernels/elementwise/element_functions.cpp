#include "element_functions.hpp"

namespace deft {
namespace {

/// The function by the name under which machine code is made for it.
ElementFunction element_function(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::neg:
      return ElementFunction::neg;
    case UnaryFunction::square:
      return ElementFunction::square;
    case UnaryFunction::abs:
      return ElementFunction::abs;
    case UnaryFunction::sign:
      return ElementFunction::sign;
    case UnaryFunction::sqrt:
      return ElementFunction::sqrt;
    case UnaryFunction::rsqrt:
      return ElementFunction::rsqrt;
    case UnaryFunction::exp:
      return ElementFunction::exp;
    case UnaryFunction::log:
      return ElementFunction::log;
    case UnaryFunction::tanh:
      return ElementFunction::tanh;
  }
  return ElementFunction::other;
}

ElementFunction element_function(BinaryFunction function) {
  switch (function) {
    case BinaryFunction::add:
      return ElementFunction::add;
    case BinaryFunction::sub:
      return ElementFunction::sub;
    case BinaryFunction::mul:
      return ElementFunction::mul;
    case BinaryFunction::div:
      return ElementFunction::div;
    case BinaryFunction::pow:
      return ElementFunction::other;
    case BinaryFunction::maximum:
      return ElementFunction::maximum;
    case BinaryFunction::minimum:
      return ElementFunction::minimum;
    case BinaryFunction::equal:
      return ElementFunction::equal;
    case BinaryFunction::not_equal:
      return ElementFunction::not_equal;
    case BinaryFunction::less:
      return ElementFunction::less;
    case BinaryFunction::less_equal:
      return ElementFunction::less_equal;
    case BinaryFunction::greater:
      return ElementFunction::greater;
    case BinaryFunction::greater_equal:
      return ElementFunction::greater_equal;
  }
  return ElementFunction::other;
}

}  // namespace

bool is_exponential(UnaryFunction function) {
  return function == UnaryFunction::exp || function == UnaryFunction::log ||
         function == UnaryFunction::tanh;
}

RowKernel row_of(UnaryFunction function, DType dtype) {
  return is_exponential(function) ? exponential_row(function, dtype) : unary_row(function, dtype);
}

RowKernel row_of(BinaryFunction function, DType dtype) {
  const bool integer = is_integer(dtype);
  switch (function) {
    case BinaryFunction::div:
      return integer ? integer_row(function, dtype) : arithmetic_row(function, dtype);
    case BinaryFunction::pow:
      return integer ? integer_row(function, dtype) : power_row(dtype);
    case BinaryFunction::add:
    case BinaryFunction::sub:
    case BinaryFunction::mul:
    case BinaryFunction::maximum:
    case BinaryFunction::minimum:
      return arithmetic_row(function, dtype);
    default:
      return comparison_row(function, dtype);
  }
}

FusedStep unary_step(UnaryFunction function, const KernelContext& context) {
  return MapStep{row_of(function, context.inputs[0].dtype).row, element_function(function)};
}

FusedStep binary_step(BinaryFunction function, const KernelContext& context) {
  const DType dtype = context.inputs[0].dtype;
  const bool may_fail = function == BinaryFunction::div || function == BinaryFunction::pow;
  if (may_fail && is_integer(dtype)) return {};
  return MapStep{row_of(function, dtype).row, element_function(function)};
}

FusedStep select_step(const KernelContext& context) {
  return MapStep{select_row(context.outputs[0].dtype), ElementFunction::select};
}

FusedStep cast_step(const KernelContext& context) {
  return MapStep{cast_row(context.inputs[0].dtype, context.outputs[0].dtype)};
}

}  // namespace deft
