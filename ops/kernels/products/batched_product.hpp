#pragma once

#include <memory>

#include <deft/core/kernel.hpp>

#include "product.hpp"

namespace deft {

/// The kernel that does `product` once per matrix of `batch` (the leading dimensions of the
/// result); a_batch and b_batch, those of the operands, are repeated to it by broadcasting.
Kernel batched_product(std::unique_ptr<const Product> product, const ProductShape& shape,
                       const Shape& batch, const Shape& a_batch, const Shape& b_batch);

}  // namespace deft
