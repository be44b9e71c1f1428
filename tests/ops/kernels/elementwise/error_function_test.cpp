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
    {elements::erf, [](auto x) { return std::erf(x); }, 2, 2},
    {elements::erfc, [](auto x) { return std::erfc(x); }, 2, 4},
};

TEST_CASE("f32 error functions: all exponents") {
  const std::vector<float> x = any_floats();
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE("f64 error functions: any bits, and where they bend") {
  const std::vector<double> x = any_doubles(
      {{-3, 3}, {-1, 1}, {0.7, 0.8}, {-7, 7}, {0, 28}, {26, 27.5}, {0, 0x1p-8}, {0, 0x1p-1020}});
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE_TEMPLATE("error functions of an element depend on nothing else", T, float, double) {
  std::vector<T> x = special_values<T>();
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<T>(i * i - 2000) / T{512});
  for (const PreciseFunction& function : functions) check_lanes(function.function, x);
}

TEST_CASE_TEMPLATE("limits and zeros of error functions", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T max = std::numeric_limits<T>::max();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  constexpr T tiny = std::numeric_limits<T>::denorm_min();
  check_values<T>(elements::erf, {{0, 0},
                                  {-0.0, -0.0},
                                  {tiny, tiny},
                                  {-tiny, -tiny},
                                  {max, 1},
                                  {infinity, 1},
                                  {-infinity, -1},
                                  {nan, nan}});
  check_values<T>(elements::erfc, {{0, 1},
                                   {-0.0, 1},
                                   {tiny, 1},
                                   {max, 0},
                                   {-max, 2},
                                   {infinity, 0},
                                   {-infinity, 2},
                                   {nan, nan}});
}

}  // namespace
}  // namespace deft
