#pragma once

#include <memory>

#include "product.hpp"

namespace deft {

/// An f32 product by oneDNN. The only door to oneDNN: its types and its rules (no empty dimension,
/// a scratchpad of one's own, no OpenMP team) stay behind it.
std::unique_ptr<Product> onednn_product(const ProductShape& shape, int threads);

/// Products of equal numbers have equal bits, however the operands are stored, if this number is
/// the same: it stands for the order in which oneDNN adds the terms.
int onednn_order(const ProductShape& shape);

}  // namespace deft
