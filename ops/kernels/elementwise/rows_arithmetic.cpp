#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/rows_arithmetic.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <deft/core/error.hpp>

#include "kernels/elementwise/functions-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/rows.hpp"
#include <deft/core/visit_dtype.hpp>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

template <class Function>
RowKernel numeric_row(DType dtype) {
  return visit_numeric(
      dtype, []<class T>(std::type_identity<T>) { return binary_kernel_of<Function, T, T>(); });
}

RowKernel choose_arithmetic_row(BinaryFunction function, DType dtype) {
  switch (function) {
    case BinaryFunction::add:
      return numeric_row<Add>(dtype);
    case BinaryFunction::sub:
      return numeric_row<Sub>(dtype);
    case BinaryFunction::mul:
      return numeric_row<Mul>(dtype);
    case BinaryFunction::maximum:
      return numeric_row<Maximum>(dtype);
    case BinaryFunction::minimum:
      return numeric_row<Minimum>(dtype);
    case BinaryFunction::div:
      return dtype == DType::f32 ? binary_kernel_of<Div, float, float>()
                                 : binary_kernel_of<Div, double, double>();
    default:
      throw InternalError("a binary function is not arithmetic");
  }
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_arithmetic_row);

RowKernel arithmetic_row(BinaryFunction function, DType dtype) {
  return HWY_DYNAMIC_DISPATCH(choose_arithmetic_row)(function, dtype);
}

}  // namespace deft
#endif
