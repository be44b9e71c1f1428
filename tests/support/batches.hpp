#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <deft/core/tensor.hpp>

#include "support/matrices.hpp"
#include "support/samples.hpp"

namespace deft {

/// Elements spread over [-1, 1] under any shape, the same on every machine.
inline Tensor random_tensor(const Shape& shape, std::uint32_t seed = 1) {
  return random_matrix(1, shape.num_elements(), seed).tensor().reshaped(shape);
}

inline Tensor cast_to_f32(const Tensor& x) {
  return Matrix::of(x.reshaped({1, x.num_elements()})).tensor<float>().reshaped(x.shape());
}

/// Matrix `number` of a tensor [..., m, n].
inline Matrix matrix_of(const Tensor& batch, std::int64_t number) {
  const std::size_t rank = batch.shape().rank();
  Matrix matrix(batch.shape()[rank - 2], batch.shape()[rank - 1]);
  for (std::size_t i = 0; i < matrix.values.size(); ++i) {
    const std::size_t at = static_cast<std::size_t>(number) * matrix.values.size() + i;
    matrix.values[i] = batch.dtype() == DType::f32 ? static_cast<double>(batch.data<float>()[at])
                                                   : batch.data<double>()[at];
  }
  return matrix;
}

inline Matrix identity_matrix(std::int64_t n) {
  Matrix matrix(n, n);
  for (std::int64_t i = 0; i < n; ++i) matrix.at(i, i) = 1;
  return matrix;
}

inline Matrix diagonal_matrix(std::span<const double> values) {
  Matrix matrix(static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i)
    matrix.values[i * (values.size() + 1)] = values[i];
  return matrix;
}

/// The largest |a - b| of matrices of one size.
inline double largest_difference(const Matrix& a, const Matrix& b) {
  if (a.columns != b.columns) return std::numeric_limits<double>::infinity();
  return largest_difference(std::span<const double>(a.values), std::span<const double>(b.values));
}

/// a a^T + I, symmetric and positive definite.
inline Matrix positive_definite(std::int64_t n, std::uint32_t seed = 1) {
  const Matrix a = random_matrix(n, n, seed);
  Matrix sum = a * a.transposed();
  for (std::int64_t i = 0; i < n; ++i) sum.at(i, i) += 1;
  return sum;
}

}  // namespace deft
