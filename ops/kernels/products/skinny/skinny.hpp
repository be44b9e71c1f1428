#pragma once

#include <cstdint>
#include <memory>

#include "kernels/products/product.hpp"

namespace deft {

/// True for the f32 and f64 products that deft computes itself: vectors, and matrices with at most
/// four rows or columns on one side, where oneDNN and Eigen are far from the speed of memory.
bool is_skinny(const ProductShape& shape);

/// A skinny product. Its numbers are a function of m, n, k and dtype alone: a transposed operand
/// and a transposed copy of it give the same bits, on every instruction set that has a fused
/// multiply-add.
///
/// k <= 16: one chain of multiply-adds per element. Otherwise, if k > 1024, k is cut into blocks of
/// 64 to 1024 terms (skinny_block_terms). In a block, term p goes to lane p mod L of a virtual
/// vector of 64 bytes (L = 16 f32 or 8 f64), by one fused multiply-add; lanes are added in halves
/// (i and i + L/2, and so on); blocks are added in order, in f64.
std::unique_ptr<Product> skinny_product(const ProductShape& shape);

/// How many terms are added before their sum goes into one of f64.
std::int64_t skinny_block_terms(const ProductShape& shape);

}  // namespace deft
