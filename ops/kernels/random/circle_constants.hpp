#pragma once

#include <array>

namespace deft {

/// sin(f pi / 2) / f and cos(f pi / 2) as polynomials of f^2, |f| <= 1/2, lowest coefficient first:
/// minimax for the relative error, by Remez' algorithm, rounded to T.
template <class T>
struct CircleConstants;

template <>
struct CircleConstants<float> {
  /// To 2^-28.2 and 2^-34.1.
  static constexpr std::array sine{0x1.921fb6p+0F, -0x1.4abbbap-1F, 0x1.465e92p-4F,
                                   -0x1.2d9302p-8F};
  static constexpr std::array cosine{1.0F, -0x1.3bd3ccp+0F, 0x1.03c1dap-2F, -0x1.55c4eap-6F,
                                     0x1.d99f54p-11F};
};

template <>
struct CircleConstants<double> {
  /// To 2^-58.1 and 2^-64.6.
  static constexpr std::array sine{
      0x1.921fb54442d18p+0,  -0x1.4abbce625be41p-1,  0x1.466bc67758700p-4, -0x1.32d2cce2d535dp-8,
      0x1.50782fca388fcp-13, -0x1.e30063a00c5e9p-19, 0x1.e3eed5c67a376p-25};
  static constexpr std::array cosine{1.0,
                                     -0x1.3bd3cc9be45dep+0,
                                     0x1.03c1f081b5aaap-2,
                                     -0x1.55d3c7e3c8d5cp-6,
                                     0x1.e1f5068303f1fp-11,
                                     -0x1.a6d1ec3d47beep-16,
                                     0x1.f9cc15d4e1ee7p-22,
                                     -0x1.b2586b8a6d927p-28};
};

}  // namespace deft
