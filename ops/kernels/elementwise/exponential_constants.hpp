#pragma once

#include <array>
#include <cstdint>

namespace deft {

/// The numbers of exp, log and tanh (exponential-inl.hpp). Coefficients stand lowest first; they
/// are minimax for the relative error of the function, by Remez' algorithm, rounded to T.
template <class T>
struct ExponentialConstants;

template <>
struct ExponentialConstants<float> {
  using Bits = std::uint32_t;
  static constexpr int mantissa_bits = 23;
  static constexpr Bits mantissa = 0x007fffff;
  static constexpr Bits one = 0x3f800000;        // the bits of 1
  static constexpr Bits root_half = 0x3f3504f3;  // the bits of sqrt(1/2)
  static constexpr float bias = 127;

  static constexpr float lowest_normal = 0x1p-126F;
  static constexpr float to_normal = 0x1p23F;  // times a denormal
  static constexpr float to_integer = 0x1.8p23F;
  static constexpr float integer_exponent = 0x1p23F;

  static constexpr float log2_e = 0x1.715476p0F;
  static constexpr float ln2_high = 0x1.62e4p-1F;  // 15 bits: times an exponent it is exact
  static constexpr float ln2_low = 0x1.7f7d1cp-20F;

  /// exp is 0 below and infinite above.
  static constexpr float exp_lowest = -104;
  static constexpr float exp_highest = 89;
  /// expm1 is -1 below, and x where |x| is below the other; sinh is infinite above.
  static constexpr float expm1_lowest = -18;
  static constexpr float expm1_small = 0x1p-25F;
  static constexpr float sinh_highest = 89.5F;
  /// e^r for |r| <= ln(2)/2, to 2^-28.2.
  static constexpr std::array exp_series{
      1.0F, 1.0F, 0x1.fffffcp-2F, 0x1.555492p-3F, 0x1.5558f2p-5F, 0x1.123a2p-7F, 0x1.6a23dp-10F,
  };

  /// (log(1 + f) - f) / f^2 for sqrt(1/2) <= 1 + f <= sqrt(2), to 2^-27.8 of log(1 + f).
  static constexpr std::array log_series{
      -0x1.fffff8p-2F, 0x1.55555p-2F,   -0x1.00043p-2F, 0x1.99a48cp-3F,  -0x1.5425ecp-3F,
      0x1.226426p-3F,  -0x1.0f35fep-3F, 0x1.08a41cp-3F, -0x1.392342p-4F,
  };

  /// Up to here tanh is its series; beyond the other it is 1.
  static constexpr float tanh_small = 0.625F;
  static constexpr float tanh_highest = 10;
  /// (tanh(x) - x) / x^3 of x^2, to 2^-27.7 of tanh(x).
  static constexpr std::array tanh_series{
      -0x1.555532p-2F, 0x1.110726p-3F, -0x1.b83c5ap-5F, 0x1.52269cp-6F, -0x1.75e1cep-8F,
  };
};

template <>
struct ExponentialConstants<double> {
  using Bits = std::uint64_t;
  static constexpr int mantissa_bits = 52;
  static constexpr Bits mantissa = 0x000fffffffffffff;
  static constexpr Bits one = 0x3ff0000000000000;
  static constexpr Bits root_half = 0x3fe6a09e667f3bcd;
  static constexpr double bias = 1023;

  static constexpr double lowest_normal = 0x1p-1022;
  static constexpr double to_normal = 0x1p52;
  static constexpr double to_integer = 0x1.8p52;
  static constexpr double integer_exponent = 0x1p52;

  static constexpr double log2_e = 0x1.71547652b82fep0;
  static constexpr double ln2_high = 0x1.62e42fefa3p-1;  // 40 bits
  static constexpr double ln2_low = 0x1.3de6af278ece6p-42;

  static constexpr double exp_lowest = -746;
  static constexpr double exp_highest = 710;
  static constexpr double expm1_lowest = -40;
  static constexpr double expm1_small = 0x1p-54;
  static constexpr double sinh_highest = 710.5;
  /// To 2^-57.9.
  static constexpr std::array exp_series{
      1.0,
      1.0,
      0x1.000000000000ap-1,
      0x1.55555555554f9p-3,
      0x1.555555555083ep-5,
      0x1.1111111127d11p-7,
      0x1.6c16c18438b31p-10,
      0x1.a01a012a0e476p-13,
      0x1.a01999e25f463p-16,
      0x1.71df25b55da02p-19,
      0x1.28ad9b8738293p-22,
      0x1.ad7f3af43ac24p-26,
  };

  /// (2 atanh(s) - 2 s) / s^3 of s^2 for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1), to 2^-59.4 of
  /// 2 atanh(s).
  static constexpr std::array log_series{
      0x1.5555555555592p-1, 0x1.999999997fd77p-2, 0x1.24924941f4fa4p-2, 0x1.c71c5206095a3p-3,
      0x1.74663fa1cf2e5p-3, 0x1.39a1a7010840fp-3, 0x1.2f06341a5cdfbp-3,
  };

  static constexpr double tanh_small = 0.625;
  static constexpr double tanh_highest = 20;
  /// To 2^-56.4 of tanh(x).
  static constexpr std::array tanh_series{
      -0x1.55555555554ffp-2,  0x1.111111110accdp-3,  -0x1.ba1ba1b5064b1p-5,  0x1.664f477adac8dp-6,
      -0x1.226e162bf79d7p-7,  0x1.d6cf280ec74c5p-9,  -0x1.7d68a32f8d1cep-10, 0x1.336612e1d7489p-11,
      -0x1.df5579976ff57p-13, 0x1.4391211e59c51p-14, -0x1.0da72765bda73p-16,
  };
};

}  // namespace deft
