#pragma once

#include <algorithm>
#include <cstddef>

namespace deft {

/// Bytes of a double-precision decomposition: `tall` matrices [l, s], `square` ones [s, s] and
/// `thin` ones [l, k], and what Eigen works with for one block of rows or columns.
inline std::size_t matrix_bytes(double l, double s, double k, double tall, double square,
                                double thin) {
  const double doubles = tall * l * s + square * s * s + thin * l * k + 16 * (l + s + k) + 8192;
  constexpr double most = 0x1p62;
  return static_cast<std::size_t>(std::min(doubles * sizeof(double), most));
}

}  // namespace deft
