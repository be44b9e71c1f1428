#include "product_kind.hpp"

#include "kernels/products/integer_product.hpp"
#include "kernels/products/onednn.hpp"
#include "kernels/products/skinny/skinny.hpp"
#include "kernels/products/tiled_product.hpp"

namespace deft {
namespace {

/// Up to so many operations a product by deft takes 0.2 to 1 of the time of oneDNN's, and 1.3 of it
/// at worst: of 5 or 6 columns with AVX-512.
constexpr double small_flops = 8192;

}  // namespace

ProductKind kind_of(const ProductShape& shape) {
  if (is_integer(shape.dtype)) return ProductKind::integer;
  if (is_skinny(shape)) return ProductKind::skinny;
  return shape.dtype == DType::f64 || shape.flops() <= small_flops ? ProductKind::tiled
                                                                   : ProductKind::onednn;
}

std::unique_ptr<const Product> make_product(ProductKind kind, const ProductShape& shape,
                                            int threads) {
  switch (kind) {
    case ProductKind::integer:
      return integer_product(shape);
    case ProductKind::skinny:
      return skinny_product(shape);
    case ProductKind::tiled:
      return tiled_product(shape);
    case ProductKind::onednn:
      break;
  }
  return onednn_product(shape, threads);
}

bool same_bits(ProductKind kind, const ProductShape& x, const ProductShape& y) {
  if (kind == ProductKind::skinny) return skinny_block_terms(x) == skinny_block_terms(y);
  return kind != ProductKind::onednn || onednn_order(x) == onednn_order(y);
}

}  // namespace deft
