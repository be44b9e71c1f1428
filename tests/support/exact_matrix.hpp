#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <deft/core/tensor.hpp>

namespace deft {

/// A matrix as it is without rounding, as far as that is known, and as it is with all operands and
/// all signs made positive: the S of Explanation::Rewrite.
struct ExactMatrix {
  ExactMatrix(std::int64_t r, std::int64_t c)
      : rows(r),
        columns(c),
        value(static_cast<std::size_t>(r * c), 0),
        size(static_cast<std::size_t>(r * c), 0) {}

  std::size_t at(std::int64_t i, std::int64_t j) const {
    return static_cast<std::size_t>(i * columns + j);
  }

  std::int64_t rows;
  std::int64_t columns;
  std::vector<long double> value;
  std::vector<long double> size;
};

template <class T>
ExactMatrix exact(const Tensor& tensor) {
  ExactMatrix m(tensor.shape()[0], tensor.shape()[1]);
  for (std::size_t i = 0; i < m.value.size(); ++i) {
    m.value[i] = static_cast<long double>(tensor.data<T>()[i]);
    m.size[i] = std::abs(m.value[i]);
  }
  return m;
}

inline ExactMatrix transposed(const ExactMatrix& m) {
  ExactMatrix t(m.columns, m.rows);
  for (std::int64_t i = 0; i < m.rows; ++i)
    for (std::int64_t j = 0; j < m.columns; ++j) {
      t.value[t.at(j, i)] = m.value[m.at(i, j)];
      t.size[t.at(j, i)] = m.size[m.at(i, j)];
    }
  return t;
}

inline ExactMatrix product(const ExactMatrix& a, const ExactMatrix& b) {
  ExactMatrix c(a.rows, b.columns);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t k = 0; k < a.columns; ++k)
      for (std::int64_t j = 0; j < b.columns; ++j) {
        c.value[c.at(i, j)] += a.value[a.at(i, k)] * b.value[b.at(k, j)];
        c.size[c.at(i, j)] += a.size[a.at(i, k)] * b.size[b.at(k, j)];
      }
  return c;
}

/// a + sign b
inline ExactMatrix sum(ExactMatrix a, const ExactMatrix& b, int sign) {
  for (std::size_t i = 0; i < a.value.size(); ++i) {
    a.value[i] += static_cast<long double>(sign) * b.value[i];
    a.size[i] += b.size[i];
  }
  return a;
}

inline ExactMatrix scaled(ExactMatrix a, long double number) {
  for (long double& x : a.value) x *= number;
  for (long double& x : a.size) x *= std::abs(number);
  return a;
}

}  // namespace deft
