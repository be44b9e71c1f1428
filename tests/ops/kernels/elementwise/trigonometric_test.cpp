#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "support/ops/element_errors.hpp"
#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

const PreciseFunction functions[] = {
    {elements::sin, [](auto x) { return std::sin(x); }, 1, 1},
    {elements::cos, [](auto x) { return std::cos(x); }, 1, 1},
    {elements::tan, [](auto x) { return std::tan(x); }, 2, 2},
};

/// Multiples of pi/2, next to it and to the middle between two of them.
template <class T>
std::vector<T> multiples() {
  constexpr long double half_pi = 1.5707963267948966192313216916397514L;
  std::vector<T> x;
  for (int exponent = 0; exponent < 70; ++exponent)
    for (const long double n : {1.0L, 1.5L, 3.0L, 5.0L, 7.0L, 12345.0L}) {
      const T y = static_cast<T>(std::ldexp(n * half_pi / 2, exponent));
      for (const T z : {y, std::nextafter(y, T{0}), std::nextafter(y, 2 * y)}) {
        x.push_back(z);
        x.push_back(-z);
      }
    }
  return x;
}

TEST_CASE("f32 sin, cos and tan: all exponents") {
  std::vector<float> x = any_floats();
  for (const float y : multiples<float>()) x.push_back(y);
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE("f64 sin, cos and tan: any bits, and usual ones") {
  std::vector<double> x = any_doubles(
      {{-10, 10}, {-1, 1}, {-1000, 1000}, {-0x1p30, 0x1p30}, {0x1p29, 0x1p32}, {0, 0x1p-1020}});
  for (const double y : multiples<double>()) x.push_back(y);
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

/// Values of mpmath 1.3: 6381956970095103 2^797 is the f64 that is nearest to a multiple of pi/2.
TEST_CASE("f64 where the reduction is hardest") {
  const double hardest = std::ldexp(6381956970095103.0, 797);
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    CHECK(ulps(value_of(elements::cos, hardest), -4.687165924254627611122583e-19L) <= 1);
    CHECK(value_of(elements::sin, hardest) == 1);
    CHECK(ulps(value_of(elements::sin, 1e22), -0.8522008497671888017727059L) <= 1);
    CHECK(ulps(value_of(elements::sin, std::numeric_limits<double>::max()),
               0.004961954789184061790502671L) <= 1);
    CHECK(ulps(value_of(elements::tan, std::numeric_limits<double>::max()),
               -0.004962015874444894900500884L) <= 2);
  }
}

TEST_CASE_TEMPLATE("sin, cos and tan of an element depend on nothing else", T, float, double) {
  std::vector<T> x = special_values<T>();
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<T>(std::ldexp(i * i - 2000.0, i / 2)));
  for (const PreciseFunction& function : functions) check_lanes(function.function, x);
}

TEST_CASE_TEMPLATE("limits and zeros of sin, cos and tan", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  constexpr T tiny = std::numeric_limits<T>::denorm_min();
  for (const ElementFunction* odd : {&elements::sin, &elements::tan})
    check_values<T>(*odd, {{0, 0},
                           {-0.0, -0.0},
                           {tiny, tiny},
                           {-tiny, -tiny},
                           {infinity, nan},
                           {-infinity, nan},
                           {nan, nan}});
  check_values<T>(elements::cos, {{0, 1}, {-0.0, 1}, {tiny, 1}, {infinity, nan}, {nan, nan}});
}

}  // namespace
}  // namespace deft
