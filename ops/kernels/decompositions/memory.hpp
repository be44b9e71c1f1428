#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace deft {

/// Bytes of the decomposition of a matrix [m, n] of doubles, whose longer side is l and whose
/// shorter one s: `tall` matrices [l, s], `square` ones [s, s] and `thin` ones [l, k], and what
/// Eigen works with for one block of rows or columns.
inline std::size_t matrix_bytes(std::int64_t m, std::int64_t n, double tall, double square,
                                std::int64_t k = 0, double thin = 0) {
  const auto l = static_cast<double>(std::max(m, n));
  const auto s = static_cast<double>(std::min(m, n));
  const auto width = static_cast<double>(k);
  const double doubles =
      tall * l * s + square * s * s + thin * l * width + 16 * (l + s + width) + 8192;
  constexpr double most = 0x1p62;
  return static_cast<std::size_t>(std::min(doubles * sizeof(double), most));
}

}  // namespace deft
