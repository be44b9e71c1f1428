#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/rows_exponential.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <deft/core/error.hpp>

#include "kernels/elementwise/exponential-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/rows.hpp"
#include <deft/core/visit_dtype.hpp>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

RowKernel choose_exponential_row(UnaryFunction function, DType dtype) {
  return visit_floating(dtype, [function]<class T>(std::type_identity<T>) {
    switch (function) {
      case UnaryFunction::exp:
        return unary_kernel_of<Exp, T>();
      case UnaryFunction::log:
        return unary_kernel_of<Log, T>();
      case UnaryFunction::tanh:
        return unary_kernel_of<Tanh, T>();
      default:
        throw InternalError("a function is no exponential");
    }
  });
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_exponential_row);

RowKernel exponential_row(UnaryFunction function, DType dtype) {
  return HWY_DYNAMIC_DISPATCH(choose_exponential_row)(function, dtype);
}

}  // namespace deft
#endif
