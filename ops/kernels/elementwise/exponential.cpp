#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/exponential.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/elementwise/exponential-inl.hpp"
#include "kernels/elementwise/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

using ExponentialFunctions = ElementFunctions<Exp, Log, Tanh>;

RowKernel choose_exponential_row(std::size_t number, DType dtype) {
  return ExponentialFunctions::row(number, dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_exponential_row);

namespace {

template <class F>
constexpr ElementFunction described() {
  return describe_element<F>([](DType from, DType) {
    return HWY_DYNAMIC_DISPATCH(choose_exponential_row)(
        HWY_NAMESPACE::ExponentialFunctions::number_of<F>(), from);
  });
}

}  // namespace

namespace elements {

extern constexpr ElementFunction exp = described<HWY_NAMESPACE::Exp>();
extern constexpr ElementFunction log = described<HWY_NAMESPACE::Log>();
extern constexpr ElementFunction tanh = described<HWY_NAMESPACE::Tanh>();

}  // namespace elements
}  // namespace deft
#endif
