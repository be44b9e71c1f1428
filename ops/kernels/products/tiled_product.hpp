#pragma once

#include <memory>

#include "product.hpp"

namespace deft {

/// An f32 or f64 product of deft's own, for matrices that are not skinny. Its numbers do not depend
/// on how the operands are stored: k is cut into blocks of 128 terms; a block is one chain of
/// multiply-adds per element; blocks are added in order.
std::unique_ptr<Product> tiled_product(const ProductShape& shape);

}  // namespace deft
