#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/inverse_trigonometric.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/inverse_trigonometric-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

using InverseFunctions = ElementFunctions<Asin, Acos, Atan, Atan2>;

RowKernel choose_inverse_row(std::size_t number, DType dtype) {
  return InverseFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_inverse_row);

namespace {

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) {
    return HWY_DYNAMIC_DISPATCH(choose_inverse_row)(HWY_NAMESPACE::InverseFunctions::number_of<F>(),
                                                    from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction asin = described<HWY_NAMESPACE::Asin>();
extern constexpr ElementFunction acos = described<HWY_NAMESPACE::Acos>();
extern constexpr ElementFunction atan = described<HWY_NAMESPACE::Atan>();
extern constexpr ElementFunction atan2 = described<HWY_NAMESPACE::Atan2>();

}  // namespace elements
}  // namespace deft
#endif
