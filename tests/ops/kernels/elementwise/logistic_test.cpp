#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "support/ops/element_errors.hpp"
#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

template <class T>
T precise_sigmoid(T x) {
  const T e = std::exp(-std::abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

template <class T>
T precise_softplus(T x) {
  return std::max(x, T{0}) + std::log1p(std::exp(-std::abs(x)));
}

const PreciseFunction functions[] = {
    {elements::sigmoid, [](auto x) { return precise_sigmoid(x); }, 2.5, 2.5},
    {elements::softplus, [](auto x) { return precise_softplus(x); }, 2.5, 2.5},
};

TEST_CASE("f32 logistic functions: all exponents") {
  const std::vector<float> x = any_floats();
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE("f64 logistic functions: any bits, and where they bend") {
  const std::vector<double> x = any_doubles({{-760, 40}, {-40, 40}, {-3, 3}, {-0.05, 0.05}});
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE_TEMPLATE("logistic functions of an element depend on nothing else", T, float, double) {
  std::vector<T> x = special_values<T>();
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<T>(i * i - 2000) / T{128});
  for (const PreciseFunction& function : functions) check_lanes(function.function, x);
}

TEST_CASE_TEMPLATE("limits of logistic functions", T, float, double) {
  using Limits = std::numeric_limits<T>;
  constexpr T infinity = Limits::infinity();
  constexpr T nan = Limits::quiet_NaN();
  check_values<T>(elements::sigmoid,
                  {{0, 0.5}, {-0.0, 0.5}, {infinity, 1}, {-infinity, 0}, {nan, nan}});
  check_values<T>(elements::softplus, {{infinity, infinity},
                                       {-infinity, 0},
                                       {Limits::max(), Limits::max()},
                                       {Limits::lowest(), 0},
                                       {nan, nan}});
}

}  // namespace
}  // namespace deft
