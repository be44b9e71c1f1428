#pragma once

#include <memory>

#include "product.hpp"

namespace deft {

/// An i32 or i64 product; sums wrap.
std::unique_ptr<Product> integer_product(const ProductShape& shape);

}  // namespace deft
