#pragma once

#include <cstdint>

namespace deft {

/// Sums over two vectors.
struct PairSums {
  double xx = 0;
  double yy = 0;
  double xy = 0;
};

/// What Jacobi's method consists of.
struct Rotations {
  PairSums (*sums)(const double* x, const double* y, std::int64_t n);

  /// (x, y) -> (c x - s y, s x + c y)
  void (*rotate)(double* x, double* y, std::int64_t n, double c, double s);
};

/// Those for this processor.
Rotations rotations();

}  // namespace deft
