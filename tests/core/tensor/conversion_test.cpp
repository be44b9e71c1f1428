#include <deft/core/conversion.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/tensor.hpp>
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

using Exact = long double;  // has 64 digits, so all numbers of all dtypes

template <class T>
constexpr bool floats = std::is_floating_point_v<T> || is_narrow_float<T>;

template <class T>
Exact exact(T x) {
  if constexpr (is_narrow_float<T>)
    return static_cast<float>(x);
  else
    return static_cast<Exact>(x);
}

/// Numbers that each type has where something begins or ends for another, and some between.
std::vector<Exact> interesting_numbers() {
  std::vector<Exact> numbers{0,     0.5L,  1,     1.5L,  2.9L, 1e-8L, 1e-40L, 1e30L, 1e300L,
                             65504, 65519, 65520, 65536, 2049, 2051,  257,    259,   3.4e38L};
  for (const int power : {7, 8, 15, 16, 24, 31, 32, 53, 63, 64})
    for (const int step : {-1, 0, 1}) numbers.push_back(std::ldexp(Exact{1}, power) + step);
  const std::size_t count = numbers.size();
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(-numbers[i]);
  return numbers;
}

/// Those of them that T has, or is as near to as a conversion of the standard library comes; for
/// floating types infinities and NaN too.
template <class T>
std::vector<T> samples() {
  std::vector<T> result;
  for (const Exact number : interesting_numbers()) {
    if constexpr (floats<T>)
      result.push_back(T(static_cast<double>(number)));
    else if (number == std::trunc(number) &&
             number >= static_cast<Exact>(std::numeric_limits<T>::min()) &&
             number <= static_cast<Exact>(std::numeric_limits<T>::max()))
      result.push_back(static_cast<T>(number));
  }
  if constexpr (floats<T>) {
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double x : {infinity, -infinity, std::nan(""), -0.0}) result.push_back(T(x));
  }
  return result;
}

/// `x` in the nearest number of T, of two equally near in the one whose last digit is even.
template <class T>
Exact nearest(Exact x) {
  constexpr bool half = std::is_same_v<T, Half>;
  constexpr int digits = half ? 11 : 8;
  constexpr int lowest = half ? -14 : -126;
  constexpr int highest = half ? 15 : 127;
  if (x == 0 || !std::isfinite(x)) return x;
  const int exponent = std::max(std::ilogb(x), lowest);
  const Exact unit = std::ldexp(Exact{1}, exponent - digits + 1);
  const Exact result = std::nearbyint(x / unit) * unit;
  return std::abs(result) < std::ldexp(Exact{1}, highest + 1)
             ? result
             : std::copysign(std::numeric_limits<Exact>::infinity(), x);
}

/// The low bits of an integer that may be negative.
template <class To>
To wrapped(Exact x) {
  const auto magnitude = static_cast<std::uint64_t>(std::abs(x));
  const std::uint64_t bits = x < 0 ? 0 - magnitude : magnitude;
  return static_cast<To>(bits);
}

template <class To>
To saturated(Exact x) {
  using Limits = std::numeric_limits<To>;
  if (std::isnan(x)) return 0;
  return static_cast<To>(std::clamp(std::trunc(x), static_cast<Exact>(Limits::min()),
                                    static_cast<Exact>(Limits::max())));
}

template <class To, class From>
bool is_right(To made, From from) {
  const Exact x = exact(from);
  if constexpr (std::is_same_v<To, bool>) {
    return made == (x != 0);
  } else if constexpr (is_narrow_float<To> || std::is_floating_point_v<To>) {
    Exact expected = 0;
    if constexpr (is_narrow_float<To>)
      expected = nearest<To>(x);
    else
      expected = static_cast<Exact>(static_cast<To>(x));
    const Exact got = exact(made);
    return std::isnan(expected) ? std::isnan(got)
                                : got == expected && std::signbit(got) == std::signbit(expected);
  } else if constexpr (floats<From>) {
    return made == saturated<To>(x);
  } else {
    return made == wrapped<To>(x);
  }
}

template <class From>
void check_all_from() {
  const std::vector<From> values = samples<From>();
  const Tensor from = Tensor::from(values);
  for (int to = 0; to <= static_cast<int>(DType::bf16); ++to) {
    const auto dtype = static_cast<DType>(to);
    const Tensor made = from.to(dtype);
    REQUIRE(made.spec() == TensorSpec{dtype, from.shape()});
    visit_dtype(dtype, [&]<class To>(std::type_identity<To>) {
      std::string wrong;
      for (std::size_t i = 0; i < values.size(); ++i)
        if (!is_right<To, From>(made.data<To>()[i], values[i]))
          wrong += Tensor::scalar<From>(values[i]).to_string() + ' ';
      CAPTURE(to_string(from.dtype()));
      CAPTURE(to_string(dtype));
      CHECK(wrong.empty());
    });
  }
}

}  // namespace

TEST_CASE_TEMPLATE("conversions between all dtypes at their limits", From, float, double,
                   std::int32_t, std::int64_t, bool, std::uint8_t, std::int8_t, std::int16_t,
                   std::uint16_t, std::uint32_t, std::uint64_t, Half, BFloat16) {
  check_all_from<From>();
}

TEST_CASE("a tensor of the dtype itself is not copied") {
  const Tensor x{1.0F, 2.0F};
  CHECK(x.to(DType::f32).raw() == x.raw());
  CHECK(x.to(DType::f16) == Tensor{Half(1), Half(2)});
  CHECK(Tensor::zeros(DType::u64, {0, 3}).to(DType::bf16).spec() ==
        TensorSpec{DType::bf16, {0, 3}});
}

}  // namespace deft
