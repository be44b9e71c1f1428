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
    {elements::expm1, [](auto x) { return std::expm1(x); }, 1.5, 1.5},
    {elements::log1p, [](auto x) { return std::log1p(x); }, 1.5, 1.5},
    {elements::sinh, [](auto x) { return std::sinh(x); }, 2, 2},
    {elements::cosh, [](auto x) { return std::cosh(x); }, 2, 2},
    {elements::asinh, [](auto x) { return std::asinh(x); }, 2, 2},
    {elements::acosh, [](auto x) { return std::acosh(x); }, 2, 2.5},
    {elements::atanh, [](auto x) { return std::atanh(x); }, 1.5, 2},
};

TEST_CASE("f32 hyperbolic functions: all exponents") {
  const std::vector<float> x = any_floats();
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE("f64 hyperbolic functions: any bits, and where they bend") {
  const std::vector<double> x = any_doubles({{-750, 720},
                                             {-40, 40},
                                             {-3, 3},
                                             {-1, 1},
                                             {-0.05, 0.05},
                                             {1, 1.02},
                                             {0.3, 0.5},
                                             {709, 711},
                                             {0, 0x1p60},
                                             {0, 0x1p-1020}});
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE_TEMPLATE("hyperbolic functions of an element depend on nothing else", T, float, double) {
  std::vector<T> x = special_values<T>();
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<T>(i * i - 2000) / T{128});
  for (const PreciseFunction& function : functions) check_lanes(function.function, x);
}

TEST_CASE_TEMPLATE("limits and zeros of hyperbolic functions", T, float, double) {
  using Limits = std::numeric_limits<T>;
  constexpr T infinity = Limits::infinity();
  constexpr T nan = Limits::quiet_NaN();
  constexpr T tiny = Limits::denorm_min();
  constexpr T max = Limits::max();
  check_values<T>(elements::expm1, {{0, 0},
                                    {-0.0, -0.0},
                                    {tiny, tiny},
                                    {-tiny, -tiny},
                                    {max, infinity},
                                    {-max, -1},
                                    {infinity, infinity},
                                    {-infinity, -1},
                                    {nan, nan}});
  check_values<T>(elements::log1p, {{0, 0},
                                    {-0.0, -0.0},
                                    {tiny, tiny},
                                    {-tiny, -tiny},
                                    {-1, -infinity},
                                    {-2, nan},
                                    {infinity, infinity},
                                    {-infinity, nan},
                                    {nan, nan}});
  for (const ElementFunction* odd : {&elements::sinh, &elements::asinh})
    check_values<T>(*odd, {{0, 0},
                           {-0.0, -0.0},
                           {tiny, tiny},
                           {-tiny, -tiny},
                           {infinity, infinity},
                           {-infinity, -infinity},
                           {nan, nan}});
  check_values<T>(elements::sinh, {{max, infinity}, {-max, -infinity}});
  check_values<T>(elements::cosh, {{0, 1},
                                   {-0.0, 1},
                                   {tiny, 1},
                                   {max, infinity},
                                   {-max, infinity},
                                   {infinity, infinity},
                                   {-infinity, infinity},
                                   {nan, nan}});
  check_values<T>(
      elements::acosh,
      {{1, 0}, {0.5, nan}, {-3, nan}, {infinity, infinity}, {-infinity, nan}, {nan, nan}});
  check_values<T>(elements::atanh, {{0, 0},
                                    {-0.0, -0.0},
                                    {tiny, tiny},
                                    {-tiny, -tiny},
                                    {1, infinity},
                                    {-1, -infinity},
                                    {1.5, nan},
                                    {max, nan},
                                    {infinity, nan},
                                    {nan, nan}});
}

}  // namespace
}  // namespace deft
