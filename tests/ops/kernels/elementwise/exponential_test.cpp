#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "support/instruction_sets.hpp"
#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"
#include "support/ulps.hpp"

namespace deft {
namespace {

constexpr const ElementFunction* functions[] = {&elements::exp, &elements::log, &elements::tanh};

template <class T>
std::vector<T> values_of(const ElementFunction& function, const std::vector<T>& x) {
  std::vector<T> y(x.size());
  Row row;
  row.inputs[0] = x.data();
  row.output = y.data();
  row.count = x.size();
  function.rows(dtype_of<T>(), dtype_of<T>()).row(row);
  return y;
}

template <class T>
T value_of(const ElementFunction& function, T x) {
  return values_of<T>(function, std::vector<T>{x})[0];
}

template <class T>
Precise<T> precise(const ElementFunction& function, T x) {
  const Precise<T> value = x;
  if (&function == &elements::exp) return std::exp(value);
  return &function == &elements::log ? std::log(value) : std::tanh(value);
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// The largest error; instruction sets that fuse must agree to the bit.
struct Errors {
  double fused = 0;
  double unfused = 0;
  bool agree = true;

  template <class T>
  void add(const ElementFunction& function, const std::vector<T>& x) {
    std::vector<Precise<T>> wanted;
    for (const T value : x) wanted.push_back(precise(function, value));
    std::vector<T> first;
    for (const std::int64_t target : InstructionSet::all()) {
      const InstructionSet only(target);
      const std::vector<T> y = values_of(function, x);
      double& worst = InstructionSet::fuses(target) ? fused : unfused;
      for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, ulps(y[i], wanted[i]));
      if (!InstructionSet::fuses(target)) continue;
      if (first.empty()) first = y;
      agree = agree && same_bits(first, y);
    }
  }

  void check(const ElementFunction& function) const {
    CAPTURE(function.facts.name);
    const bool is_tanh = &function == &elements::tanh;
    CHECK(agree);
    CHECK(fused <= (is_tanh ? 1.5 : 1));
    CHECK(unfused <= (is_tanh ? 1.5 : 1.25));
  }
};

TEST_CASE("exp where it is worst without a fused multiply-add") {
  Errors errors;
  errors.add(elements::exp, std::vector<float>{0x1.2e38a8p+5F});
  errors.add(elements::exp, std::vector<double>{0x1.6c41115b6d518p-2});
  errors.check(elements::exp);
}

TEST_CASE("f32: all exponents and every 331st number") {
  constexpr std::uint64_t step = 331;
  for (const ElementFunction* function : functions) {
    Errors errors;
    std::vector<float> x;
    for (std::uint64_t bits = 0; bits >> 32U == 0; bits += step) {
      x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
      if (x.size() < 65536) continue;
      errors.add(*function, x);
      x.clear();
    }
    errors.add(*function, x);
    errors.check(*function);
  }
}

TEST_CASE("f64: any bits, and where the functions bend") {
  std::mt19937_64 random(1);
  const auto between = [&](double low, double high) {
    return low + (high - low) * 0x1p-64 * static_cast<double>(random());
  };
  std::vector<double> x;
  for (int i = 0; i < 40000; ++i) {
    x.push_back(std::bit_cast<double>(random()));
    x.push_back(between(-750, 720));
    x.push_back(between(-20, 20));
    x.push_back(between(-1, 1));
    x.push_back(between(0.5, 2));
    x.push_back(1 + between(-0x1p-20, 0x1p-20));
    x.push_back(between(0, 0x1p-1020));
  }
  for (const ElementFunction* function : functions) {
    Errors errors;
    errors.add(*function, x);
    errors.check(*function);
  }
}

TEST_CASE_TEMPLATE("every number of lanes gives the same bits", T, float, double) {
  std::vector<T> x = special_values<T>();
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<T>(i * i - 2000) / T{128});
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (const ElementFunction* function : functions) {
      std::vector<T> alone;
      for (const T value : x) alone.push_back(value_of(*function, value));
      CHECK(same_bits(values_of(*function, x), alone));
    }
  }
}

TEST_CASE_TEMPLATE("limits and exact values", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  const auto is_zero = [](T x, bool negative) { return x == 0 && std::signbit(x) == negative; };
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (const ElementFunction* function : functions) {
      CHECK(std::isnan(value_of(*function, nan)));
      CHECK(std::isnan(value_of(*function, -nan)));
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
