#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/rows_unary.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <deft/core/error.hpp>

#include "kernels/elementwise/functions-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/rows.hpp"
#include <deft/core/visit_dtype.hpp>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// What is neither above, below nor at 0 is NaN and stays.
struct Sign {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V zero = hn::Zero(d);
    const V at_most_zero =
        hn::IfThenElse(hn::Lt(x, zero), hn::Set(d, -1), hn::IfThenElse(hn::Eq(x, zero), zero, x));
    return hn::IfThenElse(hn::Gt(x, zero), hn::Set(d, 1), at_most_zero);
  }
};

struct Sqrt {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Sqrt(x);
  }
};

struct Rsqrt {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Div(hn::Set(d, 1), hn::Sqrt(x));
  }
};

template <class Function>
RowKernel numeric_row(DType dtype) {
  return visit_numeric(
      dtype, []<class T>(std::type_identity<T>) { return unary_kernel_of<Function, T>(); });
}

template <class Function>
RowKernel floating_row(DType dtype) {
  return dtype == DType::f32 ? unary_kernel_of<Function, float>()
                             : unary_kernel_of<Function, double>();
}

RowKernel choose_unary_row(UnaryFunction function, DType dtype) {
  switch (function) {
    case UnaryFunction::neg:
      return numeric_row<Neg>(dtype);
    case UnaryFunction::square:
      return numeric_row<Square>(dtype);
    case UnaryFunction::abs:
      return numeric_row<Abs>(dtype);
    case UnaryFunction::sign:
      return numeric_row<Sign>(dtype);
    case UnaryFunction::sqrt:
      return floating_row<Sqrt>(dtype);
    case UnaryFunction::rsqrt:
      return floating_row<Rsqrt>(dtype);
    default:
      throw InternalError("a unary function has no vector kernel");
  }
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_unary_row);

RowKernel unary_row(UnaryFunction function, DType dtype) {
  return HWY_DYNAMIC_DISPATCH(choose_unary_row)(function, dtype);
}

}  // namespace deft
#endif
