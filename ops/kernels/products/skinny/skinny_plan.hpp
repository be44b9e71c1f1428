#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "kernels/products/product.hpp"
#include "skinny_kernels.hpp"

namespace deft {

constexpr std::int64_t short_terms = 4;
constexpr std::int64_t chain_terms = 16;          // up to here: one chain per element
constexpr std::int64_t undivided_terms = 1024;    // up to here: one block
constexpr std::int64_t block_bytes = 1 << 18;     // of a block of a longer sum
constexpr std::int64_t most_column_bytes = 4096;  // of one column of a block of a longer sum
constexpr std::int64_t least_block_terms = 64;    // a power of 2

/// How many terms of a long sum are added before their sum goes into one of f64: so many that a
/// block of the larger operand stays in the cache while it is used twice.
template <class T>
std::int64_t skinny_block_terms(const ProductShape& shape) {
  if (shape.k <= undivided_terms) return shape.k;
  const std::int64_t row_bytes =
      std::min(std::max(shape.m, shape.n), block_bytes) * static_cast<std::int64_t>(sizeof(T));
  const auto fitting = std::bit_floor(static_cast<std::uint64_t>(block_bytes / row_bytes));
  return std::clamp(static_cast<std::int64_t>(fitting), least_block_terms,
                    most_column_bytes / static_cast<std::int64_t>(sizeof(T)));
}

/// A skinny product seen with its narrow side as n: c^T = b^T a^T where m is the narrow one.
template <class T>
struct SkinnyPlan {
  explicit SkinnyPlan(const ProductShape& s) : swapped(s.m < s.n) {
    whole.k = s.k;
    if (!swapped) {
      whole.m = s.m;
      whole.n = s.n;
      whole.a_row = s.a_row();
      whole.a_term = s.a_term();
      whole.b_term = s.b_term();
      whole.b_column = s.b_column();
      whole.c_row = s.n;
      whole.c_column = 1;
    } else {
      whole.m = s.n;
      whole.n = s.m;
      whole.a_row = s.b_column();
      whole.a_term = s.b_term();
      whole.b_term = s.a_term();
      whole.b_column = s.a_row();
      whole.c_row = 1;
      whole.c_column = s.n;
    }
    block_terms = skinny_block_terms<T>(s);
    if (whole.k <= short_terms)
      kernel = short_kernel<T>();
    else if (whole.k <= chain_terms)
      kernel = chain_kernel<T>();
    else
      kernel = is_dot() ? dot_kernel<T>() : column_kernel<T>();
  }

  /// True if vectors run over the terms of sums, not over rows.
  bool is_dot() const { return whole.a_term == 1 || whole.m <= 4; }
  std::int64_t blocks() const { return (whole.k + block_terms - 1) / block_terms; }
  std::int64_t size() const { return whole.m * whole.n; }

  bool swapped;         // m is the narrow side: a and b have changed places
  SkinnyPart<T> whole;  // without pointers
  SkinnyKernel<T> kernel = nullptr;
  std::int64_t block_terms = 0;
};

/// c [size] = the sums of the blocks' partial results [blocks][size], in order, in f64.
template <class T>
void add_blocks(const T* partials, std::int64_t blocks, std::int64_t size, T* c) {
  for (std::int64_t i = 0; i < size; ++i) {
    double sum = 0;
    for (std::int64_t block = 0; block < blocks; ++block)
      sum += static_cast<double>(partials[block * size + i]);
    c[i] = static_cast<T>(sum);
  }
}

}  // namespace deft
