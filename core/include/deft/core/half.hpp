#pragma once

#include <bit>
#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace deft {

/// A floating number of 16 bits as IEEE 754 lays them out: a sign, exponent bits, fraction bits. It
/// is for data at rest: it converts from and to other numbers and compares, but does not compute.
///
/// A number becomes one by rounding once to the nearest, of two equally near ones to the one whose
/// last bit is 0, whatever the environment of floating arithmetic is. Numbers from half a unit
/// above the largest finite one on become infinity; numbers that are too small become subnormal or
/// zero and keep their sign; NaN stays NaN. The way back is exact.
template <int exponent_bits, int fraction_bits>
class NarrowFloat {
  static_assert(1 + exponent_bits + fraction_bits == 16);

 public:
  using Bits = std::uint16_t;

  static constexpr int digits = fraction_bits + 1;  // as std::numeric_limits has them
  static constexpr int digits10 = fraction_bits * 3 / 10;

  NarrowFloat() = default;
  constexpr explicit NarrowFloat(float value) : bits_(rounded(value)) {}
  constexpr explicit NarrowFloat(double value) : bits_(rounded(value)) {}
  template <std::integral T>
  constexpr explicit NarrowFloat(T value) : bits_(rounded(to_double(value))) {}

  static constexpr NarrowFloat from_bits(Bits bits) {
    NarrowFloat result{};
    result.bits_ = bits;
    return result;
  }
  constexpr Bits bits() const { return bits_; }

  constexpr explicit operator float() const {
    const std::uint32_t sign = (bits_ & sign_bit) << 16U;
    const std::uint32_t magnitude = bits_ & ~sign_bit;
    return std::bit_cast<float>(sign | widened(magnitude));
  }
  constexpr explicit operator double() const { return static_cast<double>(float(*this)); }

  /// As floating numbers compare: NaN is unordered, and both zeros are equal.
  friend constexpr bool operator==(NarrowFloat a, NarrowFloat b) {
    return static_cast<float>(a) == static_cast<float>(b);
  }
  friend constexpr std::partial_ordering operator<=>(NarrowFloat a, NarrowFloat b) {
    return static_cast<float>(a) <=> static_cast<float>(b);
  }

 private:
  static constexpr std::uint32_t sign_bit = 0x8000U;
  static constexpr std::uint32_t infinity = ((1U << exponent_bits) - 1) << fraction_bits;
  static constexpr int bias = (1 << (exponent_bits - 1)) - 1;

  /// An integer as a double: of more than 53 digits those that do not fit become one that says
  /// whether any was not 0. It is far below what the number is rounded to, which so happens once.
  template <std::integral T>
  static constexpr double to_double(T value) {
    if constexpr (sizeof(T) <= 4) {
      return static_cast<double>(value);
    } else {
      const bool negative = std::is_signed_v<T> && (static_cast<std::uint64_t>(value) >> 63U) != 0;
      const auto bits = static_cast<std::uint64_t>(value);
      const std::uint64_t magnitude = negative ? 0 - bits : bits;
      const std::uint64_t lost = magnitude & 0x7FFU;
      const double number =
          magnitude >> 53U == 0
              ? static_cast<double>(magnitude)
              : static_cast<double>(magnitude >> 11U | (lost != 0 ? 1U : 0U)) * 0x1p11;
      return negative ? -number : number;
    }
  }

  /// The bits of the float that has the value of these bits without sign. No arithmetic meets a
  /// subnormal float, which some environments take for 0.
  static constexpr std::uint32_t widened(std::uint32_t magnitude) {
    constexpr int shift = 23 - fraction_bits;
    if constexpr (bias == 127) {
      return magnitude << shift;  // the exponent is that of a float
    } else {
      constexpr auto rebias = static_cast<std::uint32_t>(127 - bias) << 23U;
      constexpr auto subnormal = static_cast<std::uint32_t>(128 - bias - fraction_bits) << 23U;
      if (magnitude >= infinity) return 0x7F800000U | magnitude << shift;
      if (magnitude >> fraction_bits != 0) return (magnitude << shift) + rebias;
      const float unit = std::bit_cast<float>(subnormal);
      return std::bit_cast<std::uint32_t>(static_cast<float>(magnitude) * unit);
    }
  }

  template <class T>
  static constexpr Bits rounded(T value) {
    using Wide = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr int wide_fraction = std::numeric_limits<T>::digits - 1;
    constexpr int wide_bias = std::numeric_limits<T>::max_exponent - 1;
    constexpr Wide wide_sign = Wide{1} << (8 * sizeof(Wide) - 1);
    constexpr auto wide_infinity = std::bit_cast<Wide>(std::numeric_limits<T>::infinity());
    const auto bits = std::bit_cast<Wide>(value);
    const auto sign = static_cast<Bits>((bits & wide_sign) != 0 ? sign_bit : 0);
    const Wide magnitude = bits & ~wide_sign;
    constexpr int dropped = wide_fraction - fraction_bits;
    if (magnitude > wide_infinity)  // NaN, which becomes a quiet one with the same upper bits
      return static_cast<Bits>(
          sign | infinity | 1U << (fraction_bits - 1) |
          static_cast<Bits>(magnitude >> dropped & ((1U << fraction_bits) - 1)));
    const int field = static_cast<int>(magnitude >> wide_fraction);
    const int exponent = (field == 0 ? 1 : field) - wide_bias + bias;
    if (exponent >= 1 << exponent_bits) return static_cast<Bits>(sign | infinity);
    if (exponent >= 1) {  // a carry goes on into the exponent, and up to infinity
      const Wide rebiased = magnitude - (static_cast<Wide>(wide_bias - bias) << wide_fraction);
      const Wide nearest = shifted(rebiased, dropped);
      return static_cast<Bits>(sign | (nearest < infinity ? nearest : infinity));
    }
    const int shift = dropped + 1 - exponent;
    if (shift > wide_fraction + 1) return sign;  // below half of the smallest number
    const Wide one = static_cast<Wide>(field == 0 ? 0 : 1) << wide_fraction;
    const Wide fraction = magnitude & ((Wide{1} << wide_fraction) - 1);
    return static_cast<Bits>(sign | shifted(one | fraction, shift));
  }

  /// bits / 2^shift, rounded to the nearest, if two are equally near to the even one.
  template <class Wide>
  static constexpr Wide shifted(Wide bits, int shift) {
    const Wide half = Wide{1} << (shift - 1);
    const Wide rest = bits & (2 * half - 1);
    const Wide quotient = bits >> shift;
    const bool up = rest > half || (rest == half && (quotient & 1U) != 0);
    return up ? quotient + 1 : quotient;
  }

  Bits bits_;
};

/// IEEE 754's half precision: 11 digits, the largest number is 65504, the smallest 2^-24.
using Half = NarrowFloat<5, 10>;

/// The upper half of a float: 8 digits, of the same range.
using BFloat16 = NarrowFloat<8, 7>;

template <class T>
inline constexpr bool is_narrow_float = false;
template <int exponent_bits, int fraction_bits>
inline constexpr bool is_narrow_float<NarrowFloat<exponent_bits, fraction_bits>> = true;

}  // namespace deft
