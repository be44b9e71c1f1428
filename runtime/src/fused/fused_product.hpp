#pragma once

#include "fused_tile.hpp"
#include "kernels/products/product.hpp"

namespace deft {

ProductShape product_shape(const TileStep& step);

/// The sums that the tiles of a product over the rows leave, one block of terms each, and what is
/// made of them.
class BlockSums {
 public:
  BlockSums(const TileStep& step, const ProductShape& shape);

  std::size_t bytes() const;  // of all blocks; 0: the only block leaves the result

  std::int64_t tile_bytes() const { return size_ * static_cast<std::int64_t>(size_of(dtype_)); }

  /// `bytes` at `offset`, by blocks of the group.
  Kernel::Partials partials(std::size_t offset) const;

  /// Where a tile has to leave its sums, if those of all tiles begin at `to`.
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
