#include "chain.hpp"

#include <algorithm>
#include <limits>

#include <deft/ops/arithmetic.hpp>

#include "plan/rewriting.hpp"

namespace deft {
namespace {

/// Appends the product of matrices first ... last of a chain.
MatrixFactor append_subchain(Draft& draft, std::size_t like, std::span<const MatrixFactor> factors,
                             const ChainOrder& order, std::size_t first, std::size_t last) {
  if (first == last) return factors[first];
  const std::size_t cut = order.cut(first, last);
  const MatrixFactor left = append_subchain(draft, like, factors, order, first, cut);
  const MatrixFactor right = append_subchain(draft, like, factors, order, cut + 1, last);
  return append_product(draft, like, left, right);
}

}  // namespace

std::int64_t rows_of(const Draft& draft, const MatrixFactor& factor) {
  return draft.specs[factor.value]->shape[factor.transposed ? 1 : 0];
}

std::int64_t columns_of(const Draft& draft, const MatrixFactor& factor) {
  return draft.specs[factor.value]->shape[factor.transposed ? 0 : 1];
}

std::vector<std::int64_t> dims_of(const Draft& draft, std::span<const MatrixFactor> factors) {
  std::vector<std::int64_t> dims{rows_of(draft, factors[0])};
  for (const MatrixFactor& factor : factors) dims.push_back(columns_of(draft, factor));
  return dims;
}

void transpose(std::vector<MatrixFactor>& factors) {
  std::ranges::reverse(factors);
  for (MatrixFactor& factor : factors) factor.transposed = !factor.transposed;
}

ChainOrder::ChainOrder(std::span<const std::int64_t> dims)
    : size_(dims.size() - 1), flops_(size_ * size_, 0), cuts_(size_ * size_, 0) {
  const auto dim = [&](std::size_t i) { return static_cast<double>(dims[i]); };
  for (std::size_t length = 2; length <= size_; ++length)
    for (std::size_t first = 0; first + length <= size_; ++first) {
      const std::size_t last = first + length - 1;
      double& best = flops_[first * size_ + last];
      best = std::numeric_limits<double>::infinity();
      for (std::size_t cut = first; cut < last; ++cut) {
        const double flops = flops_[first * size_ + cut] + flops_[(cut + 1) * size_ + last] +
                             2 * dim(first) * dim(cut + 1) * dim(last + 1);
        if (flops >= best) continue;
        best = flops;
        cuts_[first * size_ + last] = cut;
      }
    }
}

MatrixFactor append_product(Draft& draft, std::size_t like, const MatrixFactor& a,
                            const MatrixFactor& b) {
  return {append_operation(draft, like, builtin::matmul,
                           {{"transpose_a", a.transposed}, {"transpose_b", b.transposed}},
                           {a.value, b.value})};
}

MatrixFactor append_chain(Draft& draft, std::size_t like, std::span<const MatrixFactor> factors,
                          const ChainOrder& order) {
  return append_subchain(draft, like, factors, order, 0, factors.size() - 1);
}

}  // namespace deft
