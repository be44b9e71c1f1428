#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plan/draft.hpp"

// Products of several matrices in turn.

namespace deft {

/// A matrix, or its transpose.
struct MatrixFactor {
  ValueId value = none;
  bool transposed = false;

  friend bool operator==(const MatrixFactor&, const MatrixFactor&) = default;
};

std::int64_t rows_of(const Draft& draft, const MatrixFactor& factor);
std::int64_t columns_of(const Draft& draft, const MatrixFactor& factor);

/// Matrix i of the chain is [dims[i], dims[i + 1]].
std::vector<std::int64_t> dims_of(const Draft& draft, std::span<const MatrixFactor> factors);

/// The transpose of the product of `factors`.
void transpose(std::vector<MatrixFactor>& factors);

/// The order in which a chain takes least arithmetic: by dynamic programming over its
/// subchains (T. H. Cormen et al., Introduction to Algorithms, 3rd edition, section 15.2).
class ChainOrder {
 public:
  explicit ChainOrder(std::span<const std::int64_t> dims);

  /// The subchain of matrices first ... last is that of first ... cut times cut + 1 ... last.
  std::size_t cut(std::size_t first, std::size_t last) const { return cuts_[first * size_ + last]; }

  double flops() const { return flops_[size_ - 1]; }

 private:
  std::size_t size_;
  std::vector<double> flops_;  // [first, last]
  std::vector<std::size_t> cuts_;
};

/// Appends a product, which takes the user's line from position `like`.
MatrixFactor append_product(Draft& draft, std::size_t like, const MatrixFactor& a,
                            const MatrixFactor& b);

/// Appends the products of a chain of few matrices, in this order.
MatrixFactor append_chain(Draft& draft, std::size_t like, std::span<const MatrixFactor> factors,
                          const ChainOrder& order);

}  // namespace deft
