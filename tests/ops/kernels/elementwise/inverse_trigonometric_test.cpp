#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/ops/element_errors.hpp"
#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

const PreciseFunction functions[] = {
    {elements::asin, [](auto x) { return std::asin(x); }, 1.5, 1.5},
    {elements::acos, [](auto x) { return std::acos(x); }, 1.5, 1.5},
    {elements::atan, [](auto x) { return std::atan(x); }, 2, 2},
};

TEST_CASE("f32 asin, acos and atan: all exponents") {
  const std::vector<float> x = any_floats();
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE("f64 asin, acos and atan: any bits, and where they bend") {
  const std::vector<double> x = any_doubles({{-1, 1},
                                             {0.45, 0.55},
                                             {-0.55, -0.45},
                                             {0.99, 1},
                                             {-1, -0.99},
                                             {0.4, 0.5},
                                             {2, 3},
                                             {-100, 100},
                                             {0, 0x1p-1020}});
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE_TEMPLATE("asin, acos and atan of an element depend on nothing else", T, float, double) {
  std::vector<T> x = special_values<T>();
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<T>(i * i - 2000) / T{2048});
  for (const PreciseFunction& function : functions) check_lanes(function.function, x);
}

TEST_CASE_TEMPLATE("limits and zeros of asin, acos and atan", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  constexpr T tiny = std::numeric_limits<T>::denorm_min();
  constexpr T pi = std::numbers::pi_v<T>;
  check_values<T>(elements::asin, {{0, 0},
                                   {-0.0, -0.0},
                                   {tiny, tiny},
                                   {-tiny, -tiny},
                                   {1, pi / 2},
                                   {-1, -pi / 2},
                                   {1.5, nan},
                                   {-infinity, nan},
                                   {nan, nan}});
  check_values<T>(elements::acos, {{1, 0},
                                   {0, pi / 2},
                                   {-0.0, pi / 2},
                                   {-1, pi},
                                   {1.5, nan},
                                   {-1.5, nan},
                                   {infinity, nan},
                                   {nan, nan}});
  check_values<T>(elements::atan, {{0, 0},
                                   {-0.0, -0.0},
                                   {tiny, tiny},
                                   {-tiny, -tiny},
                                   {1, pi / 4},
                                   {infinity, pi / 2},
                                   {-infinity, -pi / 2},
                                   {nan, nan}});
}

template <class T>
std::vector<T> atan2_of(const std::vector<T>& y, const std::vector<T>& x) {
  std::vector<T> angles(x.size());
  Row row;
  row.inputs = {y.data(), x.data()};
  row.output = angles.data();
  row.count = x.size();
  elements::atan2.rows(dtype_of<T>(), dtype_of<T>()).row(row);
  return angles;
}

TEST_CASE_TEMPLATE("atan2 of all pairs of special values, and of points everywhere", T, float,
                   double) {
  std::vector<T> y, x;
  const std::vector<T> special = special_values<T>();
  for (const T a : special)
    for (const T b : special) y.push_back(a), x.push_back(b);
  std::mt19937_64 random(5);
  const auto any = [&] {
    const double size = std::ldexp(1, static_cast<int>(random() % 12) - 6);
    return static_cast<T>((static_cast<double>(random()) * 0x1p-63 - 1) * size);
  };
  for (int i = 0; i < 60000; ++i) {
    y.push_back(any());
    x.push_back(any());
  }
  std::vector<T> first;
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    const std::vector<T> angles = atan2_of(y, x);
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto wanted = std::atan2(static_cast<Precise<T>>(y[i]), static_cast<Precise<T>>(x[i]));
      worst = std::max(worst, ulps(angles[i], wanted));
    }
    CHECK(worst <= 2);
    if (!InstructionSet::fuses(target)) continue;
    if (first.empty()) first = angles;
    CHECK(same_bits(first, angles));
  }
}

}  // namespace
}  // namespace deft
