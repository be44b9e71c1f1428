#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/rows_comparison.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <deft/core/error.hpp>

#include "kernels/elementwise/rows-inl.hpp"
#include "kernels/elementwise/rows.hpp"
#include <deft/core/visit_dtype.hpp>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

struct Equal {
  template <class D, class V>
  HWY_INLINE hn::Mask<D> operator()(D, V x, V y) const {
    return hn::Eq(x, y);
  }
};

/// Highway's own Ne is false for NaN on some instruction sets.
struct NotEqual {
  template <class D, class V>
  HWY_INLINE hn::Mask<D> operator()(D, V x, V y) const {
    return hn::Not(hn::Eq(x, y));
  }
};

struct Less {
  template <class D, class V>
  HWY_INLINE hn::Mask<D> operator()(D, V x, V y) const {
    return hn::Lt(x, y);
  }
};

struct LessEqual {
  template <class D, class V>
  HWY_INLINE hn::Mask<D> operator()(D, V x, V y) const {
    if constexpr (hwy::IsFloat<hn::TFromD<D>>())
      return hn::Le(x, y);
    else
      return hn::Not(hn::Lt(y, x));
  }
};

struct Greater {
  template <class D, class V>
  HWY_INLINE hn::Mask<D> operator()(D d, V x, V y) const {
    return Less()(d, y, x);
  }
};

struct GreaterEqual {
  template <class D, class V>
  HWY_INLINE hn::Mask<D> operator()(D d, V x, V y) const {
    return LessEqual()(d, y, x);
  }
};

/// Bytes 0 and 1 are equal where their exclusive or is 0.
template <bool when_equal>
struct SameBytes {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V y) const {
    const V differs = hn::Xor(x, y);
    return when_equal ? hn::Xor(differs, hn::Set(d, 1)) : differs;
  }
};

template <class Function>
RowKernel ordered_row(DType dtype) {
  return visit_numeric(
      dtype, []<class T>(std::type_identity<T>) { return binary_kernel_of<Function, T, bool>(); });
}

template <class Function, bool when_equal>
RowKernel equality_row(DType dtype) {
  return dtype == DType::boolean
             ? binary_kernel_of<SameBytes<when_equal>, std::uint8_t, std::uint8_t>()
             : ordered_row<Function>(dtype);
}

RowKernel choose_comparison_row(BinaryFunction function, DType dtype) {
  switch (function) {
    case BinaryFunction::equal:
      return equality_row<Equal, true>(dtype);
    case BinaryFunction::not_equal:
      return equality_row<NotEqual, false>(dtype);
    case BinaryFunction::less:
      return ordered_row<Less>(dtype);
    case BinaryFunction::less_equal:
      return ordered_row<LessEqual>(dtype);
    case BinaryFunction::greater:
      return ordered_row<Greater>(dtype);
    case BinaryFunction::greater_equal:
      return ordered_row<GreaterEqual>(dtype);
    default:
      throw InternalError("a binary function is not a comparison");
  }
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_comparison_row);

RowKernel comparison_row(BinaryFunction function, DType dtype) {
  return HWY_DYNAMIC_DISPATCH(choose_comparison_row)(function, dtype);
}

}  // namespace deft
#endif
