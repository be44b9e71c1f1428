#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {

/// The dimensions of a product and how its operands are stored.
struct ProductCase {
  std::int64_t m, n, k;
  bool transpose_a = false;
  bool transpose_b = false;
};

inline std::string describe(const ProductCase& c) {
  return "m " + std::to_string(c.m) + ", n " + std::to_string(c.n) + ", k " + std::to_string(c.k) +
         (c.transpose_a ? ", a transposed" : "") + (c.transpose_b ? ", b transposed" : "");
}

/// The last two dimensions swapped.
template <class T>
Tensor transposed(const Tensor& matrix) {
  const std::int64_t rows = matrix.shape()[0];
  const std::int64_t columns = matrix.shape()[1];
  Tensor result = Tensor::uninitialized(matrix.dtype(), {columns, rows});
  const auto from = matrix.data<T>();
  const auto to = result.mutable_data<T>();
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      to[static_cast<std::size_t>(j * rows + i)] = from[static_cast<std::size_t>(i * columns + j)];
  return result;
}

inline Tensor product(const Tensor& a, const Tensor& b, const MatmulOptions& options = {},
                      const EvaluateOptions& how = {}) {
  const Graph graph;
  return evaluate(matmul(constant(graph, a), constant(graph, b), options), {}, how);
}

/// The product that `c` describes of two plain matrices, each stored as `c` says.
template <class T>
Tensor product(const ProductCase& c, const Tensor& a, const Tensor& b) {
  return product(c.transpose_a ? transposed<T>(a) : a, c.transpose_b ? transposed<T>(b) : b,
                 {.transpose_a = c.transpose_a, .transpose_b = c.transpose_b});
}

/// True if every element is within the rounding errors of a sum of k products. Integers must agree.
template <class T>
bool is_product(const Tensor& c, const Tensor& a, const Tensor& b) {
  const std::int64_t k = a.shape()[1];
  const std::int64_t n = b.shape()[1];
  const auto x = a.data<T>();
  const auto y = b.data<T>();
  const auto z = c.data<T>();
  for (std::size_t at = 0; at < z.size(); ++at) {
    const std::int64_t i = static_cast<std::int64_t>(at) / n;
    const std::int64_t j = static_cast<std::int64_t>(at) % n;
    const auto term = [&](std::int64_t p) {
      return std::pair(x[static_cast<std::size_t>(i * k + p)],
                       y[static_cast<std::size_t>(p * n + j)]);
    };
    if constexpr (std::is_integral_v<T>) {
      std::uint64_t sum = 0;
      for (std::int64_t p = 0; p < k; ++p)
        sum +=
            static_cast<std::uint64_t>(term(p).first) * static_cast<std::uint64_t>(term(p).second);
      if (z[at] != static_cast<T>(sum)) return false;
    } else {
      double sum = 0;
      double size = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        const double value =
            static_cast<double>(term(p).first) * static_cast<double>(term(p).second);
        sum += value;
        size += std::abs(value);
      }
      const double allowed = (4 + static_cast<double>(k) / 16) * size *
                             static_cast<double>(std::numeric_limits<T>::epsilon());
      if (!(std::abs(static_cast<double>(z[at]) - sum) <= allowed)) return false;
    }
  }
  return true;
}

template <class T>
void check_products(const std::vector<std::int64_t>& sizes,
                    const std::vector<std::int64_t>& terms) {
  for (const std::int64_t m : sizes)
    for (const std::int64_t n : sizes)
      for (const std::int64_t k : terms) {
        const Tensor a = sample<T>({m, k}, 1);
        const Tensor b = sample<T>({k, n}, 3);
        for (const int flags : {0, 1, 2, 3}) {
          if (sanitized && flags != (m + n + k) % 4) continue;
          const ProductCase c{m, n, k, (flags & 1) != 0, (flags & 2) != 0};
          CAPTURE(describe(c));
          const Tensor result = product<T>(c, a, b);
          CHECK(result.spec() == TensorSpec{dtype_of<T>(), {m, n}});
          CHECK(is_product<T>(result, a, b));
        }
      }
}

/// The matrix at `index` of the leading dimensions, which may be repeated.
template <class T>
Tensor matrix_at(const Tensor& batch, std::span<const std::int64_t> index) {
  const std::size_t rank = batch.shape().rank();
  const Shape leading(batch.shape().dims().first(rank - 2));
  const Shape matrix(batch.shape().dims().last(2));
  const auto size = static_cast<std::size_t>(matrix.num_elements());
  const auto all = batch.data<T>();
  return Tensor::from<T>(matrix, all.subspan(broadcast_index(index, leading) * size, size));
}

}  // namespace deft
