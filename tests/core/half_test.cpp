#include <deft/core/half.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "support/float_environment.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A pattern's parts, as IEEE 754 names them.
template <class T>
struct Layout {
  static constexpr int fraction_bits = T::digits - 1;
  static constexpr int exponent_bits = 15 - fraction_bits;
  static constexpr int bias = (1 << (exponent_bits - 1)) - 1;
};

/// The number of a pattern, by the formula of IEEE 754.
template <class T>
double number_of(std::uint16_t bits) {
  using L = Layout<T>;
  const int fraction = bits & ((1 << L::fraction_bits) - 1);
  const int exponent = bits >> L::fraction_bits & ((1 << L::exponent_bits) - 1);
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  if (exponent == (1 << L::exponent_bits) - 1)
    return fraction == 0 ? sign * infinity : std::numeric_limits<double>::quiet_NaN();
  const int whole = exponent == 0 ? fraction : fraction + (1 << L::fraction_bits);
  return sign * std::ldexp(whole, std::max(exponent, 1) - L::bias - L::fraction_bits);
}

/// The patterns of 0 and of all finite positive numbers grow with the numbers.
template <class T>
std::uint16_t largest_finite() {
  return static_cast<std::uint16_t>(
      (0x7FFFU >> Layout<T>::fraction_bits << Layout<T>::fraction_bits) - 1);
}

template <class T>
std::uint16_t rounded(double x) {
  return T(x).bits();
}

}  // namespace

static_assert(std::is_trivially_copyable_v<Half> && sizeof(Half) == 2);
static_assert(static_cast<float>(Half(1.5F)) == 1.5F && BFloat16(-2).bits() == 0xC000);

TEST_CASE_TEMPLATE("every pattern is a float and a double, and comes back", T, Half, BFloat16) {
  std::size_t wrong = 0;
  for (unsigned pattern = 0; pattern <= 0xFFFF; ++pattern) {
    const auto bits = static_cast<std::uint16_t>(pattern);
    const T x = T::from_bits(bits);
    const double expected = number_of<T>(bits);
    const auto wide = static_cast<double>(x);
    const auto narrow = static_cast<float>(x);
    const bool same = std::isnan(expected)
                          ? std::isnan(wide) && std::isnan(narrow) && x != x &&
                                std::isnan(static_cast<double>(T(wide))) &&
                                std::isnan(static_cast<double>(T(narrow)))
                          : wide == expected && static_cast<double>(narrow) == expected &&
                                T(wide).bits() == bits && T(narrow).bits() == bits && x == x;
    if (!same || std::signbit(narrow) != (bits >= 0x8000)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("numbers between two patterns go to the nearer, from the middle to the even", T,
                   Half, BFloat16) {
  std::size_t wrong = 0;
  const auto check = [&](double x, std::uint16_t expected) {
    if (rounded<T>(x) != expected || rounded<T>(-x) != (expected | 0x8000)) ++wrong;
    const auto single = static_cast<float>(x);
    if (static_cast<double>(single) == x && T(single).bits() != expected) ++wrong;
  };
  for (std::uint16_t below = 0; below < largest_finite<T>(); ++below) {
    const auto above = static_cast<std::uint16_t>(below + 1);
    const double middle = (number_of<T>(below) + number_of<T>(above)) / 2;
    check(middle, below % 2 == 0 ? below : above);
    check(std::nextafter(middle, 0), below);
    check(std::nextafter(middle, infinity), above);
    const auto single = static_cast<float>(middle);  // which has all its digits
    check(std::nextafter(single, 0.0F), below);
    check(std::nextafter(single, std::numeric_limits<float>::infinity()), above);
  }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("what is too large becomes infinity, what is too small a zero of its sign", T,
                   Half, BFloat16) {
  const std::uint16_t largest = largest_finite<T>();
  const auto above = static_cast<std::uint16_t>(largest + 1);
  const double unit = number_of<T>(largest) - number_of<T>(static_cast<std::uint16_t>(largest - 1));
  const double middle = number_of<T>(largest) + unit / 2;
  CHECK(rounded<T>(std::nextafter(middle, 0)) == largest);
  CHECK(rounded<T>(middle) == above);
  CHECK(rounded<T>(-1e300) == (above | 0x8000));
  CHECK(rounded<T>(infinity) == above);
  CHECK(T(std::numeric_limits<float>::infinity()).bits() == above);
  CHECK(rounded<T>(std::numeric_limits<double>::denorm_min()) == 0);
  CHECK(rounded<T>(-1e-300) == 0x8000);
  CHECK(rounded<T>(-0.0) == 0x8000);
}

TEST_CASE("a double is rounded once, not by way of a float") {
  // Beyond the middle of 1 and its neighbour by less than a float sees.
  CHECK(Half(1 + 0x1p-11 + 0x1p-40).bits() == Half(1 + 0x1p-10).bits());
  CHECK(Half(1 + 0x1p-11 - 0x1p-40).bits() == Half(1).bits());
  CHECK(BFloat16(1 + 0x1p-8 + 0x1p-50).bits() == BFloat16(1 + 0x1p-7).bits());
}

TEST_CASE("an integer is rounded once, not by way of a double") {
  const std::int64_t middle = (std::int64_t{1} << 62U) + (std::int64_t{1} << 54U);
  CHECK(static_cast<double>(BFloat16(middle)) == 0x1p62);
  CHECK(static_cast<double>(BFloat16(middle + 1)) == 0x1p62 + 0x1p55);
  CHECK(static_cast<double>(BFloat16(-middle - 1)) == -0x1p62 - 0x1p55);
  CHECK(static_cast<double>(BFloat16(std::numeric_limits<std::int64_t>::min())) == -0x1p63);
  CHECK(static_cast<double>(BFloat16(std::numeric_limits<std::uint64_t>::max())) == 0x1p64);
  CHECK(Half(65519).bits() == 0x7BFF);
  CHECK(Half(65520).bits() == 0x7C00);
  CHECK(Half(-2049).bits() == Half(-2048).bits());
  CHECK(Half(true).bits() == 0x3C00);
}

TEST_CASE("numbers compare as floats do") {
  const Half nan(std::numeric_limits<float>::quiet_NaN());
  CHECK(Half(-0.0F) == Half(0));
  CHECK(Half(-2) < Half(1));
  CHECK(Half(3) >= Half(3));
  CHECK_FALSE(nan < Half(1));
  CHECK_FALSE(nan >= Half(1));
  CHECK(nan != nan);
}

TEST_CASE("an environment that flushes subnormal numbers changes nothing") {
  const KeptFloatEnvironment kept;
  if (!flush_subnormals_to_zero()) return;
  CHECK(static_cast<float>(Half::from_bits(1)) == 0x1p-24F);
  CHECK(Half(0x1p-24F).bits() == 1);
  const std::uint16_t smallest = 1;
  CHECK(BFloat16(std::bit_cast<float>(std::uint32_t{smallest} << 16U)).bits() == smallest);
}

}  // namespace deft
