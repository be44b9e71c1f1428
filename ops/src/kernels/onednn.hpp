#pragma once

#include <memory>

#include "kernels/product.hpp"

namespace deft {

/// An f32 product by oneDNN. The only door to oneDNN: its types and its rules (no empty dimension,
/// a scratchpad of one's own, no OpenMP team) stay behind it.
std::unique_ptr<Product> onednn_product(const ProductShape& shape, int threads);

}  // namespace deft
