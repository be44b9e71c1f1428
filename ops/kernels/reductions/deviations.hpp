#pragma once

#include <cstddef>

#include <deft/core/dtype.hpp>

namespace deft {

/// The loops of sums of squared deviations, in f64, of elements of one floating dtype. Every loop
/// adds in an order that depends on its arguments alone, not on the instruction set.
struct Deviations {
  /// The sum of (x[i] - center)^2 over `length` elements.
  double (*row)(const void* x, std::size_t length, double center) = nullptr;

  /// Adds (x[r * stride + k] - centers[k])^2 of each of `count` rows r to sums[k], for k < width.
  void (*columns)(const void* x, std::size_t count, std::size_t width, std::size_t stride,
                  const double* centers, double* sums) = nullptr;
};

/// The loops for f32 or f64.
Deviations deviations(DType dtype);

}  // namespace deft
