#include "large_angle.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

// The reduction of M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric functions"
// (1983). x is m 2^e with an integer m. Of the binary digits of 2/pi, those that make multiples of
// 4 in m 2^e (2/pi) are not needed, and of the rest 192 are enough: no f64 is closer to a multiple
// of pi/2 than 2^-61. So the product is one of integers modulo 2^192, without rounding.

namespace deft {
namespace {

__extension__ using Signed = __int128;
__extension__ using Unsigned = unsigned __int128;

/// 2/pi: 64 zeros, then the digits behind the binary point.
constexpr std::array<std::uint64_t, 20> digits{
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
};

constexpr double half_pi_high = 0x1.921fb54442d18p0;
constexpr double half_pi_low = 0x1.1a62633145c07p-54;

/// The 64 digits from number `first` on.
std::uint64_t digits_from(std::size_t first) {
  const std::size_t word = first / 64;
  const std::size_t shift = first % 64;
  return shift == 0 ? digits[word] : digits[word] << shift | digits[word + 1] >> (64 - shift);
}

Angle turned(double quadrant, double fraction, double fraction_low) {
  const double product = fraction * half_pi_high;
  const double lost = std::fma(fraction, half_pi_high, -product);
  const double low = lost + (fraction * half_pi_low + fraction_low * half_pi_high);
  const double high = product + low;
  return {quadrant, high, low - (high - product)};
}

}  // namespace

Angle large_angle(double x) {
  if (!std::isfinite(x)) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan};
  }
  if (std::abs(x) < 0.75) return {0, x, 0};
  int exponent;
  const auto m = static_cast<std::uint64_t>(std::ldexp(std::frexp(std::abs(x), &exponent), 53));
  // Digit i behind the point, number i + 63 in `digits`, has the weight 2^(exponent - 53 - i) in
  // m 2^e (2/pi) / m: the first that counts is the one of weight 2. `exponent` is at least 0.
  const std::size_t first = static_cast<std::size_t>(exponent) + 9;
  const Unsigned low = static_cast<Unsigned>(m) * digits_from(first + 128);
  const Unsigned middle = static_cast<Unsigned>(m) * digits_from(first + 64) + (low >> 64U);
  const std::uint64_t high = m * digits_from(first) + static_cast<std::uint64_t>(middle >> 64U);

  // high and the lower half of middle: two digits before the point, and 126 behind it, of which
  // the first says whether the next integer is nearer.
  const auto product = static_cast<Unsigned>(high) << 64U | static_cast<std::uint64_t>(middle);
  const auto fraction = static_cast<Signed>(product << 2U) >> 2U;  // of 2^126
  const auto integer = static_cast<unsigned>(high >> 62U) + (fraction < 0 ? 1U : 0U);
  const auto fraction_high = static_cast<double>(fraction);
  const auto fraction_low = static_cast<double>(fraction - static_cast<Signed>(fraction_high));
  const Angle angle = turned(integer % 4, fraction_high * 0x1p-126, fraction_low * 0x1p-126);
  if (x > 0) return angle;
  return {static_cast<double>((4 - integer) % 4), -angle.high, -angle.low};
}

}  // namespace deft
