#pragma once

#include <memory>

#include "kernels/product.hpp"

namespace deft {

/// An f64 product by Eigen.
std::unique_ptr<Product> eigen_product(const ProductShape& shape);

}  // namespace deft
