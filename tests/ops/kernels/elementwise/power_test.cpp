#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "support/instruction_sets.hpp"
#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"
#include "support/ulps.hpp"

namespace deft {
namespace {

/// x[i]^y[i]; an operand of one element is repeated.
template <class T>
std::vector<T> powers(const std::vector<T>& x, const std::vector<T>& y) {
  std::vector<T> z(std::max(x.size(), y.size()));
  Row row;
  row.inputs[0] = x.data();
  row.inputs[1] = y.data();
  row.output = z.data();
  row.count = z.size();
  row.repeated = (x.size() < z.size() ? 1U : 0U) | (y.size() < z.size() ? 2U : 0U);
  elements::pow.rows(dtype_of<T>(), dtype_of<T>()).row(row);
  return z;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// Of all magnitudes whose power is a number, and of both signs.
template <class T>
std::vector<T> bases(int exponent, std::size_t count) {
  std::mt19937 random(static_cast<unsigned>(exponent + 100));
  const double range =
      std::numeric_limits<T>::max_exponent / std::max(1.0, std::abs(exponent * 1.0));
  std::vector<T> x(count);
  for (T& value : x) {
    const double logarithm = range * (static_cast<double>(random()) * 0x1p-31 - 1);
    value = static_cast<T>(std::exp2(logarithm));
    if (random() % 2 == 0) value = -value;
  }
  return x;
}

TEST_CASE_TEMPLATE("small integer powers are within a unit in the last place", T, float, double) {
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    const bool doubled = std::is_same_v<T, float> || InstructionSet::fuses(target);
    for (int k = -16; k <= 16; ++k) {
      CAPTURE(k);
      const std::vector<T> x = bases<T>(k, 2000);
      const std::vector<T> y = powers(x, {static_cast<T>(k)});
      double worst = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double error = ulps(y[i], std::pow(Precise<T>{x[i]}, Precise<T>(k)));
        worst = std::max(worst, std::isnormal(y[i]) ? error : error / 1.5);
      }
      CHECK(worst <= (doubled ? 1.0 : 20.0));
    }
  }
}

/// Exponents of the library among them.
TEST_CASE_TEMPLATE("an element depends on its own operands alone", T, float, double) {
  std::vector<T> x = bases<T>(16, 300);
  for (const T value : special_values<T>()) x.push_back(value);
  std::vector<T> first;
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (int k = -17; k <= 17; ++k) {
      CAPTURE(k);
      const T exponent = static_cast<T>(k) / (k % 5 == 0 ? T{2} : T{1});
      const std::vector<T> repeated = powers(x, {exponent});
      const std::vector<T> equal = powers(x, std::vector<T>(x.size(), exponent));
      std::vector<T> mixed_exponents(x.size(), exponent);
      for (std::size_t i = 0; i < x.size(); i += 3) mixed_exponents[i] = T{0.5};
      const std::vector<T> mixed = powers(x, mixed_exponents);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const T alone = powers<T>({x[i]}, {exponent})[0];
        if (!same_value(alone, repeated[i]) || !same_value(alone, equal[i])) ++wrong;
        if (i % 3 != 0 && !same_value(alone, mixed[i])) ++wrong;
      }
      CHECK(wrong == 0);
      if (k == 13 && InstructionSet::fuses(target)) {
        if (first.empty()) first = repeated;
        CHECK(same_bits(first, repeated));
      }
    }
  }
}

TEST_CASE_TEMPLATE("special values are as C has them", T, float, double) {
  const std::vector<T> values = special_values<T>();
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (const T x : values)
      for (T y = -17; y <= 17; ++y) {
        CAPTURE(x);
        CAPTURE(y);
        const T got = powers<T>({x}, {y})[0];
        const T wanted = std::pow(x, y);
        CHECK(same_value(got, wanted));
        CHECK((std::isnan(got) || std::signbit(got) == std::signbit(wanted)));
      }
  }
}

TEST_CASE_TEMPLATE("one base and many exponents", T, float, double) {
  std::vector<T> y = special_values<T>();
  for (int k = -40; k <= 40; ++k) y.push_back(static_cast<T>(k) / T{2});
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (const T x : {T{0}, T{1}, T{-2}, T{0.5}}) {
      const std::vector<T> z = powers({x}, y);
      for (std::size_t i = 0; i < y.size(); ++i) CHECK(same_value(z[i], std::pow(x, y[i])));
    }
  }
}

}  // namespace
}  // namespace deft
