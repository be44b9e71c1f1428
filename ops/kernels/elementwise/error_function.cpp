#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/error_function.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/error_function-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

using ErrorFunctions = ElementFunctions<Erf, Erfc>;

RowKernel choose_error_function_row(std::size_t number, DType dtype) {
  return ErrorFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_error_function_row);

namespace {

template <class F>
RowKernel rows(DType from, DType) {
  return HWY_DYNAMIC_DISPATCH(choose_error_function_row)(
      HWY_NAMESPACE::ErrorFunctions::number_of<F>(), from);
}

}  // namespace

namespace elements {

extern constexpr ElementFunction erf =
    describe_element<HWY_NAMESPACE::Erf>(rows<HWY_NAMESPACE::Erf>);

/// It is longer than a code may be.
extern constexpr ElementFunction erfc{
    .facts = HWY_NAMESPACE::Erfc::facts,
    .rows = rows<HWY_NAMESPACE::Erfc>,
};

}  // namespace elements
}  // namespace deft
#endif
