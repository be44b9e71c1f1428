#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/element_function.hpp>

#include "support/instruction_sets.hpp"
#include "support/ulps.hpp"

namespace deft {

/// A function of one operand.
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

/// One NaN is as good as another.
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::ranges::equal(a, b, [](T x, T y) {
    return std::memcmp(&x, &y, sizeof(T)) == 0 || (std::isnan(x) && std::isnan(y));
  });
}

/// A function of one operand, its precise values, and the errors that it may have, in units in the
/// last place, with a fused multiply-add and without.
struct PreciseFunction {
  template <class F>
  PreciseFunction(const ElementFunction& of, F precise, double most_fused, double most_unfused)
      : function(of), f64(precise), f80(precise), fused(most_fused), unfused(most_unfused) {}

  template <class T>
  Precise<T> precise(T x) const {
    if constexpr (sizeof(T) == 4)
      return f64(x);
    else
      return f80(x);
  }

  const ElementFunction& function;
  double (*f64)(double);
  long double (*f80)(long double);
  double fused;
  double unfused;
};

/// Errors of all `x` on every instruction set; those that fuse must agree to the bit.
template <class T>
void check_errors(const PreciseFunction& of, const std::vector<T>& x) {
  CAPTURE(of.function.facts.name);
  std::vector<Precise<T>> wanted;
  for (const T value : x) wanted.push_back(of.precise(value));
  std::vector<T> first;
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    const bool fuses = InstructionSet::fuses(target);
    const std::vector<T> y = values_of(of.function, x);
    double worst = 0;
    T worst_at = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double error = ulps(y[i], wanted[i]);
      if (error > worst) worst_at = x[i];
      worst = std::max(worst, error);
    }
    CAPTURE(worst_at);
    CHECK(worst <= (fuses ? of.fused : of.unfused));
    if (!fuses) continue;
    if (first.empty()) first = y;
    CHECK(same_bits(first, y));
  }
}

/// f32 of all exponents.
inline std::vector<float> any_floats() {
  constexpr std::uint64_t step = 4099;
  std::vector<float> x;
  for (std::uint64_t bits = 0; bits >> 32U == 0; bits += step)
    x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  return x;
}

/// f64 of any bits, and within intervals.
inline std::vector<double> any_doubles(const std::vector<std::pair<double, double>>& intervals) {
  std::mt19937_64 random(1);
  std::vector<double> x;
  for (int i = 0; i < 20000; ++i) {
    x.push_back(std::bit_cast<double>(random()));
    for (const auto& [low, high] : intervals)
      x.push_back(low + (high - low) * 0x1p-64 * static_cast<double>(random()));
  }
  return x;
}

/// The same bits for vectors as one by one.
template <class T>
void check_lanes(const ElementFunction& function, const std::vector<T>& x) {
  CAPTURE(function.facts.name);
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    std::vector<T> alone;
    for (const T value : x) alone.push_back(value_of(function, value));
    CHECK(same_bits(values_of(function, x), alone));
  }
}

/// Values that are exact or limits, signs of zero among them, on every instruction set.
template <class T>
void check_values(const ElementFunction& function, const std::vector<std::pair<T, T>>& values) {
  CAPTURE(function.facts.name);
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (const auto& [at, y] : values) {
      const T x = at;  // a binding cannot be captured
      CAPTURE(x);
      const T got = value_of(function, x);
      CHECK((got == y || (got != got && y != y)));
      CHECK((y != y || std::signbit(got) == std::signbit(y)));
    }
  }
}

}  // namespace deft
