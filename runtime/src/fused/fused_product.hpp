#pragma once

#include "fused_tile.hpp"
#include "kernels/products/product.hpp"

namespace deft {

ProductShape product_shape(const TileStep& step);

/// The sums that tiles leave of a product over the rows, each tile being one block of terms, and
/// the result that is made of them.
class BlockSums {
 public:
  BlockSums(const TileStep& step, const ProductShape& shape);

  std::size_t bytes() const;  // of all tiles; 0: the only tile leaves the result

  std::int64_t tile_bytes() const { return size_ * static_cast<std::int64_t>(size_of(dtype_)); }

  /// All these bytes, from `offset` on in scratch, as what the blocks of the group leave.
  Kernel::Partials partials(std::size_t offset) const;

  /// Where a tile has to leave its sums, if the sums of all tiles begin at `to`.
  std::byte* of_tile(const TileRun& run, std::byte* to) const;

  void finish(const KernelArgs& args, const std::byte* from) const;

 private:
  DType dtype_;
  std::int64_t size_;
  std::int64_t block_terms_;
  std::int64_t blocks_;
  std::int64_t rows_of_block_;  // of the group
  std::size_t output_;
};

}  // namespace deft
