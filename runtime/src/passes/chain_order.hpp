#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace deft {

/// The order in which a chain of matrix products takes least arithmetic: by dynamic programming
/// over its parts (T. H. Cormen et al., Introduction to Algorithms, section 15.2).
class ChainOrder {
 public:
  /// Matrix i is [dims[i], dims[i + 1]].
  explicit ChainOrder(std::span<const std::int64_t> dims);

  /// The part of matrices first ... last is the product of first ... cut and cut + 1 ... last.
  std::size_t cut(std::size_t first, std::size_t last) const { return cuts_[first * size_ + last]; }

  double flops() const { return flops_[size_ - 1]; }

 private:
  std::size_t size_;
  std::vector<double> flops_;  // [first, last]
  std::vector<std::size_t> cuts_;
};

}  // namespace deft
