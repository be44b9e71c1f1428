#pragma once

#include <memory>

#include "product.hpp"

namespace deft {

/// An f32 product by oneDNN, whose types and rules (no empty dimension, a scratchpad of one's own,
/// no OpenMP team) stay behind this function.
std::unique_ptr<Product> onednn_product(const ProductShape& shape, int threads);

/// A number that stands for the order in which oneDNN adds the terms of a product. Where it is the
/// same for two products of equal matrices, their bits are too, however the operands are stored.
int onednn_order(const ProductShape& shape);

}  // namespace deft
