#pragma once

#include <cstdint>
#include <memory>

#include "kernels/products/product.hpp"

namespace deft {

/// Which kernel does a product.
enum class ProductKind : std::uint8_t { integer, skinny, tiled, onednn };

/// A function of dtype and sizes, not of how the operands are stored.
ProductKind kind_of(const ProductShape& shape);

/// A product by a kernel that can do it: oneDNN's, f32; tiled, f32 and f64; the others, what
/// kind_of gives them.
std::unique_ptr<const Product> make_product(ProductKind kind, const ProductShape& shape,
                                            int threads);

/// True if two products of equal numbers, which are stored in different ways, have equal bits.
bool same_bits(ProductKind kind, const ProductShape& x, const ProductShape& y);

}  // namespace deft
