#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "support/instruction_sets.hpp"
#include "support/ops/element_errors.hpp"
#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

const PreciseFunction functions[] = {
    {elements::exp, [](auto x) { return std::exp(x); }, 1, 1.25},
    {elements::log, [](auto x) { return std::log(x); }, 1, 1.25},
    {elements::tanh, [](auto x) { return std::tanh(x); }, 1.5, 1.5},
};

TEST_CASE("exp where it is worst without a fused multiply-add") {
  check_errors(functions[0], std::vector<float>{0x1.2e38a8p+5F});
  check_errors(functions[0], std::vector<double>{0x1.6c41115b6d518p-2});
}

TEST_CASE("f32: all exponents, and numbers at even distances") {
  constexpr std::uint64_t step = sanitized ? 10007 : 331;
  for (const PreciseFunction& function : functions) {
    std::vector<float> x;
    for (std::uint64_t bits = 0; bits >> 32U == 0; bits += step) {
      x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
      if (x.size() < 65536) continue;
      check_errors(function, x);
      x.clear();
    }
    check_errors(function, x);
  }
}

TEST_CASE("f64: any bits, and where the functions bend") {
  std::mt19937_64 random(1);
  const auto between = [&](double low, double high) {
    return low + (high - low) * 0x1p-64 * static_cast<double>(random());
  };
  std::vector<double> x;
  for (int i = 0; i < (sanitized ? 2000 : 40000); ++i) {
    x.push_back(std::bit_cast<double>(random()));
    x.push_back(between(-750, 720));
    x.push_back(between(-20, 20));
    x.push_back(between(-1, 1));
    x.push_back(between(0.5, 2));
    x.push_back(1 + between(-0x1p-20, 0x1p-20));
    x.push_back(between(0, 0x1p-1020));
  }
  for (const PreciseFunction& function : functions) check_errors(function, x);
}

TEST_CASE_TEMPLATE("every number of lanes gives the same bits", T, float, double) {
  std::vector<T> x = special_values<T>();
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<T>(i * i - 2000) / T{128});
  for (const PreciseFunction& function : functions) check_lanes(function.function, x);
}

TEST_CASE_TEMPLATE("limits and exact values", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  const auto is_zero = [](T x, bool negative) { return x == 0 && std::signbit(x) == negative; };
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (const PreciseFunction& function : functions) {
      CHECK(std::isnan(value_of(function.function, nan)));
      CHECK(std::isnan(value_of(function.function, -nan)));
    }
    CHECK(value_of(elements::exp, infinity) == infinity);
    CHECK(is_zero(value_of(elements::exp, -infinity), false));
    CHECK(value_of(elements::exp, T{0}) == 1);
    CHECK(value_of(elements::exp, -T{0}) == 1);
    CHECK(value_of(elements::exp, std::numeric_limits<T>::max()) == infinity);
    CHECK(is_zero(value_of(elements::exp, std::numeric_limits<T>::lowest()), false));

    CHECK(value_of(elements::log, T{0}) == -infinity);
    CHECK(value_of(elements::log, -T{0}) == -infinity);
    CHECK(value_of(elements::log, infinity) == infinity);
    CHECK(is_zero(value_of(elements::log, T{1}), false));
    CHECK(std::isnan(value_of(elements::log, T{-1})));
    CHECK(std::isnan(value_of(elements::log, -infinity)));

    CHECK(value_of(elements::tanh, infinity) == 1);
    CHECK(value_of(elements::tanh, -infinity) == -1);
    CHECK(is_zero(value_of(elements::tanh, T{0}), false));
    CHECK(is_zero(value_of(elements::tanh, -T{0}), true));
    const T tiny = std::numeric_limits<T>::denorm_min();
    CHECK(value_of(elements::tanh, tiny) == tiny);
    CHECK(value_of(elements::tanh, -tiny) == -tiny);
  }
}

}  // namespace
}  // namespace deft
