#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace deft {

/// A type that knows a value of T to a small part of its last place.
template <class T>
using Precise = std::conditional_t<std::is_same_v<T, float>, double, long double>;

/// The distance from a precise value in units in the last place of T there. Infinite where only one
/// of the two is NaN, infinite as a T, or a zero of its sign.
template <class T>
double ulps(T got, Precise<T> wanted) {
  using Limits = std::numeric_limits<T>;
  const T rounded = static_cast<T>(wanted);
  if (got == rounded && std::signbit(got) == std::signbit(rounded) && std::isinf(got)) return 0;
  if (std::isnan(got) && std::isnan(wanted)) return 0;
  if (!std::isfinite(got) || !std::isfinite(rounded)) return Limits::infinity();
  if (std::signbit(got) != std::signbit(wanted)) return Limits::infinity();
  int exponent = Limits::min_exponent;
  if (wanted != 0) exponent = std::max(std::ilogb(wanted) + 1, exponent);
  const Precise<T> unit = std::ldexp(Precise<T>{1}, exponent - Limits::digits);
  return static_cast<double>(std::abs(static_cast<Precise<T>>(got) - wanted) / unit);
}

/// Significant decimal digits in which a value agrees with a published one.
inline double digits(double value, double published) {
  return value == published ? 17 : -std::log10(std::abs(value - published) / std::abs(published));
}

}  // namespace deft
