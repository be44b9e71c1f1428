#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "eigen.hpp"

namespace deft {

using Matrix = Eigen::MatrixXd;

/// 2^exponent in two factors, so that neither overflows.
struct PowerOfTwo {
  double first;
  double second;

  explicit PowerOfTwo(int exponent)
      : first(std::ldexp(1.0, exponent / 2)), second(std::ldexp(1.0, exponent - exponent / 2)) {}

  double times(double x) const { return x * first * second; }
};

/// A row-major matrix of finite numbers times a power of two that brings its largest element to
/// [0.5, 1): squares neither overflow nor vanish, and no bit is lost but of elements far below the
/// largest.
struct Scaled {
  Matrix matrix;
  int exponent = 0;  // the original is matrix * 2^exponent

  Scaled(const double* values, std::int64_t rows, std::int64_t columns) : matrix(rows, columns) {
    double largest = 0;
    for (std::int64_t i = 0; i < rows * columns; ++i)
      largest = std::max(largest, std::abs(values[i]));
    std::frexp(largest, &exponent);
    const PowerOfTwo factor(-exponent);
    for (std::int64_t j = 0; j < columns; ++j)
      for (std::int64_t i = 0; i < rows; ++i) matrix(i, j) = factor.times(values[i * columns + j]);
  }
};

/// matrix * 2^exponent, row-major.
inline void write(const Matrix& matrix, int exponent, double* to) {
  const PowerOfTwo factor(exponent);
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) *to++ = factor.times(matrix(i, j));
}

}  // namespace deft
