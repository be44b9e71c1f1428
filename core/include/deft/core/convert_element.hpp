#pragma once

#include <limits>
#include <type_traits>

#include <deft/core/dtype.hpp>

namespace deft {

/// An element as another type, by the rule of `cast`: floating to integer truncates toward zero,
/// saturates at the limits and takes NaN to 0; an integer out of range wraps; anything to bool is
/// `x != 0`; to a floating type rounds once, to the nearest.
template <Element To, Element From>
constexpr To convert_element(From x) {
  if constexpr (std::is_same_v<To, From>) {
    return x;
  } else if constexpr (is_narrow_float<From>) {
    return convert_element<To>(static_cast<float>(x));
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != From{0};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    using Limits = std::numeric_limits<To>;
    constexpr To half = Limits::max() / 2 + 1;
    constexpr From above = 2 * static_cast<From>(half);  // 2^7, 2^8, ... 2^64
    if (x >= above) return Limits::max();
    if (x < static_cast<From>(Limits::min())) return Limits::min();
    return x != x ? To{0} : static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace deft
