#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/core/tensor.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "support/ops/evaluate.hpp"

namespace deft {

/// Plain f64 matrices for checking results.
struct Matrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> values = {};

  Matrix(std::int64_t r, std::int64_t c)
      : rows(r), columns(c), values(static_cast<std::size_t>(r * c)) {}

  double& at(std::int64_t i, std::int64_t j) {
    return values[static_cast<std::size_t>(i * columns + j)];
  }
  double at(std::int64_t i, std::int64_t j) const {
    return values[static_cast<std::size_t>(i * columns + j)];
  }

  static Matrix of(const Tensor& tensor) {
    Matrix matrix(tensor.shape()[0], tensor.shape()[1]);
    for (std::size_t i = 0; i < matrix.values.size(); ++i)
      matrix.values[i] = tensor.dtype() == DType::f32 ? static_cast<double>(tensor.data<float>()[i])
                                                      : tensor.data<double>()[i];
    return matrix;
  }

  template <class T = double>
  Tensor tensor() const {
    Tensor result = Tensor::uninitialized(dtype_of<T>(), {rows, columns});
    const auto to = result.mutable_data<T>();
    for (std::size_t i = 0; i < values.size(); ++i) to[i] = static_cast<T>(values[i]);
    return result;
  }

  Matrix transposed() const {
    Matrix result(columns, rows);
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j) result.at(j, i) = at(i, j);
    return result;
  }

  double norm() const {
    double sum = 0;
    for (const double value : values) sum += value * value;
    return std::sqrt(sum);
  }

  friend Matrix operator*(const Matrix& a, const Matrix& b) {
    Matrix c(a.rows, b.columns);
    for (std::int64_t i = 0; i < a.rows; ++i)
      for (std::int64_t p = 0; p < a.columns; ++p)
        for (std::int64_t j = 0; j < b.columns; ++j) c.at(i, j) += a.at(i, p) * b.at(p, j);
    return c;
  }
  friend Matrix operator-(Matrix a, const Matrix& b) {
    for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] -= b.values[i];
    return a;
  }
  friend Matrix operator*(double factor, Matrix a) {
    for (double& value : a.values) value *= factor;
    return a;
  }
};

/// |a - b| as a fraction of |b|.
inline double distance(const Matrix& a, const Matrix& b) {
  return (a - b).norm() / std::max(b.norm(), 1e-300);
}

/// Elements spread over [-1, 1], the same on every machine.
inline Matrix random_matrix(std::int64_t rows, std::int64_t columns, std::uint32_t seed = 1) {
  Matrix matrix(rows, columns);
  std::uint32_t state = seed * 2654435761U + 12345U;
  for (double& value : matrix.values) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<double>(state) / 2147483648.0 - 1;
  }
  return matrix;
}

/// A matrix of rank `rank`, almost surely.
inline Matrix random_matrix_of_rank(std::int64_t rows, std::int64_t columns, std::int64_t rank,
                                    std::uint32_t seed = 1) {
  return random_matrix(rows, rank, seed) * random_matrix(rank, columns, seed + 100);
}

inline Matrix pinv_of(const Matrix& a) {
  return Matrix::of(evaluate(pinv(constant(Graph(), a.tensor()))));
}

inline Matrix lstsq_of(const Matrix& a, const Matrix& b) {
  const Graph graph;
  return Matrix::of(evaluate(lstsq(constant(graph, a.tensor()), constant(graph, b.tensor()))));
}

}  // namespace deft
