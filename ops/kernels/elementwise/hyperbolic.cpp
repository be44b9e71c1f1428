#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/hyperbolic.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/hyperbolic-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

using HyperbolicFunctions = ElementFunctions<Expm1, Log1p, Sinh, Cosh, Asinh, Acosh, Atanh>;

RowKernel choose_hyperbolic_row(std::size_t number, DType dtype) {
  return HyperbolicFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_hyperbolic_row);

namespace {

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) {
    return HWY_DYNAMIC_DISPATCH(choose_hyperbolic_row)(
        HWY_NAMESPACE::HyperbolicFunctions::number_of<F>(), from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction expm1 = described<HWY_NAMESPACE::Expm1>();
extern constexpr ElementFunction log1p = described<HWY_NAMESPACE::Log1p>();
extern constexpr ElementFunction sinh = described<HWY_NAMESPACE::Sinh>();
extern constexpr ElementFunction cosh = described<HWY_NAMESPACE::Cosh>();
extern constexpr ElementFunction asinh = described<HWY_NAMESPACE::Asinh>();
extern constexpr ElementFunction acosh = described<HWY_NAMESPACE::Acosh>();
extern constexpr ElementFunction atanh = described<HWY_NAMESPACE::Atanh>();

}  // namespace elements
}  // namespace deft
#endif
