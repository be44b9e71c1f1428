#pragma once

#include <limits>

#include <deft/core/dtype.hpp>

namespace deft {

/// The largest relative error of rounding a number to a floating dtype.
constexpr double unit_roundoff(DType dtype) { return dtype == DType::f32 ? 0x1p-24 : 0x1p-53; }

/// The bound of the relative error that n roundings add up to: n u / (1 - n u), which holds for
/// n u < 1 (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, lemma 3.1).
/// More have none.
constexpr double gamma(double n, DType dtype) {
  const double nu = n * unit_roundoff(dtype);
  return nu < 1 ? nu / (1 - nu) : std::numeric_limits<double>::infinity();
}

}  // namespace deft
